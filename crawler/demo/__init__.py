"""An invented newspaper: what `worlddesk demo` serves and what the tests crawl.

manuscript.py  reads one article from its text file        courier/, harbour_post/  the text files
builds/        turns it into a page, in four house styles  words.toml               labels, by language
feeds.py       RSS, Atom, news sitemap, robots.txt
archive.py     two months of the past, with their sitemaps and dated pages
doors.py       what may stand in the place of every article: challenge, consent wall, soft 404, one page
odd.py         what else lives on a real site: variants, walls, dead links
paper.py       the whole site: address -> page
server.py      serves two papers on loopback, turns the page, fails on request
show.py        `worlddesk demo`

Every word, name, place and event in it is made up.
"""
