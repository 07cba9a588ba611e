"""What makes two addresses one article, and which claims of a page about its own address are believed.

`canonical` gives the identity: the key of the ledger and the address to cite. It folds only what a general
rule can fold without asking the server, so that the result can still be fetched:

- **Scheme**: https for public hosts at a default port; http and https of one address are one page. IP
  addresses, names without a dot and explicit ports keep what they say: certificates are rare there.
- **Host**: lower case, IDN as punycode, no user, no default port. `www.` stays as announced: many sites
  answer at only one of the two. `m.`, `mobile.` and `amp.` before a site's own name become `www.`, as nearly
  all that have such a twin serve their desktop pages there; AMP caches are unwrapped.
- **Path**: dot segments, doubled slashes, session ids, AMP and print variants gone, one percent-encoding.
  **No trailing slash**: with and without are one page everywhere that matters, and servers redirect between
  the two. Fetch an address as announced where that is known, to save the redirect.
- **Query**: tracking and session parameters gone, the rest sorted by name. What could be an id stays.
- **Fragment**: always dropped, `#!` too: it never reaches the server, whatever it says the page is the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urljoin

import idna
import tldextract

LONGEST_URL = 2048
"""Characters; longer ones are traps or data, and no browser or sitemap takes them."""

_URL = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_PLAIN_URL = re.compile(r"https?://([a-z0-9.-]+)/[A-Za-z0-9\-._~/!'()*,:@$&+;=?%]*")
_NETLOC = re.compile(r"(?:.*@)?(\[[^\]]*\]|[^:@\[\]]+)(?::0*([0-9]{1,5})?)?", re.DOTALL)
_SCHEME = re.compile(r"https?:[/\\]{2}", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_INVISIBLE = re.compile(r"[\t\r\n]")
_UNSAFE = re.compile(r"[^ -~]+|[\"<>`]")
"""In a path or a query: what browsers send percent-encoded; among it is what terminals and pages would obey."""
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal")
_TWIN_PREFIXES = ("m.", "mobile.", "amp.")
_DEFAULT_PORTS = {"http": "80", "https": "443"}

# Dropped wherever they stand: their names say that they tell who sent the reader, or which visit this is.
_TRACKING = re.compile(
    r"""
    (?:utm|at|mtm|matomo|pk|piwik|hsa|itm|ns|wt|trk|sfmc|fb|guce|taboola|vero|oly|__hs|_hs|__twitter)_.*
    | fbclid | gclid | gclsrc | dclid | msclkid | yclid | twclid | ttclid | li_fat_id | wbraid | gbraid
    | igshid? | _gl | _ga | mc_[ce]id | mkt_tok | _hsenc | _hsmi | hsctatracking | spm | tblci | dicbo
    | oborigurl | xto[rc] | xtref | xts | xtcr | xtmc | cmp | cmpid | icid | ncid | ocid | s_cid | smid
    | smtyp | intcmp | int_cmp | ito | emc | maca | wprss | traffic_source | ref_?(?:src|url|errer)?
    | referer | referrer | fromref | __source | __tn__ | _r | sr_share | soc_(?:src|trk) | guccounter
    | share_?type | echobox | elqtrack(?:id)? | sp(?:job|mailing|user|report)id | utm | ampshare | usqp
    | amp_js_v | amp_gsa | phpsessid | jsessionid | aspsessionid.* | session_?id | cfid | cftoken | oscsid
    | zenid | no_?cache | cache_?buste?r?
    """,
    re.VERBOSE,
)
# Dropped when the value looks like a word and the path names the page: they also carry ids and routes.
_MAYBE_TRACKING = frozenset(
    {"cid", "from", "mod", "partner", "rss", "source", "src", "via", "campaign", "feature", "share"}
)
_SESSION_VALUE = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)
_MAYBE_SESSION = re.compile(
    r"s|sid|token|sess(?:ion)?(?:_?key|_?token|id)?|[a-z]*_?(?:sess(?:ion)?_?id|csrf_?token)", re.IGNORECASE
)
"""Dropped when the value is a long hexadecimal number: they may also carry names and routes."""
_CLOCK = re.compile(r"_|_?ts|_?t|time|timestamp|rnd|rand|random|cb|now")
"""Dropped when the value is the time of the request in seconds or more, or a fraction: what keeps caches away."""
_CLOCK_VALUE = re.compile(r"1[0-9]{9}|1[0-9]{12}|1[0-9]{15}|0?\.[0-9]+")
_YES = frozenset({"", "1", "true", "yes", "y", "on"})
_VARIANTS = {
    "amp": _YES,
    "isamp": _YES,
    "outputtype": frozenset({"amp", "amp-type"}),
    "print": _YES,
    "printable": _YES,
    "view": frozenset({"print", "amp", "mobile"}),
    "mode": frozenset({"print", "amp", "mobile"}),
    "format": frozenset({"print", "amp", "mobile"}),
    "mobile": _YES,
}
"""Parameters that ask for another presentation of the same page, and the values that do."""

_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|jspx|cgi|pl|do|cfm|dll|nsf)$", re.IGNORECASE)
_PLAIN_PATH = re.compile(r"[A-Za-z0-9\-._~/!'()*,:@$&+;=]*")
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9\-._~/!'()*,:@$+;=?]*")
_TO_ENCODE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~/!'()*,:@$&+;=?]")
_DECODED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!'()*,:@$")
_PATH_SESSION = re.compile(
    r";(?:jsessionid|phpsessid|sid|sessionid)=[^/;]*|/\((?:[A-Z]\([0-9a-z]{1,3}\))*[A-Z]\([0-9a-z]{20,}\)\)(?=[/;]|$)",
    re.IGNORECASE,
)
_SLASHES = re.compile(r"(?<!:)/{2,}")
_TWIN_ENDING = re.compile(r"(?<=[^/.])\.(?:amp|print)(?=(?:\.s?html?)?$)", re.IGNORECASE)
_PRESENTATION = re.compile(
    r"/(?:amp|print(?:er|able|view|version)?|imprim(?:er|ir|ante|able)?|impression|impressao|druck(?:en|version|ansicht)?"
    r"|stampa(?:bile)?|afdrukken|drukuj|utskrift|yazdir)(?=[/.?]|$)",
    re.IGNORECASE,
)
"""A folder or page for the same text in another form; where the article itself lies it does not tell."""
_AMP_CACHE = re.compile(r"(?:(?:www\.)?google\.[a-z.]+/amp|[a-z0-9-]+\.cdn\.ampproject\.org/[a-z])/(?:s/)?")
_ID = re.compile(r"\d{5,}|[0-9a-f]{8}-[0-9a-f]{4}-|(?=[a-z]*\d)[a-z0-9]{10,}", re.IGNORECASE)
_HOME = re.compile(r"/?(?:(?:index|default|home|main|accueil)(?:\.\w{2,5})?/?)?", re.IGNORECASE)

# The snapshot of the public suffix list that ships with tldextract: no request, no cache folder.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def absolute(base: str, href: str) -> str | None:
    """Join a link as found with the address of its page.

    Returns an http(s) address without fragment, or None for every other scheme, for what is no address at all
    and for what is longer than LONGEST_URL characters.
    """
    plain = _PLAIN_URL.fullmatch(href)
    if plain is not None and len(href) <= LONGEST_URL and _authority(plain[1]) is not None:
        return href  # nothing of what follows would change it
    href = _INVISIBLE.sub("", href.strip())
    if len(href) > LONGEST_URL or _OTHER_SCHEME.match(href):
        return None
    href = href.partition("#")[0]
    if "\\" in href:  # browsers read it as a slash
        path, mark, query = href.partition("?")
        href = path.replace("\\", "/") + mark + query
    try:
        joined = href if _SCHEME.match(href) else urljoin(base, href)
        joined.encode()
    except ValueError:  # a lone surrogate from JSON as well
        return None
    match = _URL.match(joined)
    if match is None or len(joined) > LONGEST_URL or _authority(match[2]) is None:
        return None
    joined = joined.partition("#")[0]
    return joined[: match.end(2)] + _UNSAFE.sub(_escaped, joined[match.end(2) :])


def _escaped(found: re.Match[str]) -> str:
    """Percent-encoded; letters of other scripts stay readable."""
    return "".join(
        sign if sign.isprintable() and sign not in '"<>`' else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in found[0]
    )


def canonical(url: str) -> str:
    """Give the identity of an http(s) address; see the module's docstring for each rule.

    Idempotent. What is no http(s) address comes back as it is, without outer white space.
    """
    url = _INVISIBLE.sub("", url.strip())
    match = _URL.match(url)
    authority = _authority(match[2]) if match is not None else None
    if match is None or authority is None:
        return url
    query = match[4]
    own, path = _page_of(authority, _plain_path(match[3]))
    scheme = match[1].lower() if own is authority else "https"
    if query:
        query = _query(query, routed=path == "/" or _SCRIPT.search(path) is not None)
    return _origin(scheme, own) + path + (f"?{query}" if query else "")


def is_presentation(url: str) -> bool:
    """Tell whether an address is, by its words, that of an article's AMP or print page and not of the article."""
    match = _URL.match(url)
    return match is not None and _PRESENTATION.search(match[3]) is not None


def site(url: str) -> str:
    """Give the registrable domain of an address or host ('example.co.uk').

    For IP addresses and localhost the host itself; '' when there is none. Hosting platforms count as public
    suffixes: two blogs on one platform are two sites.
    """
    match = _URL.match(url)
    authority = _authority(match[2] if match is not None else url)
    return authority.site if authority is not None else ""


def same_site(a: str, b: str) -> bool:
    """Tell whether two addresses belong to one site."""
    return site(a) == site(b) != ""


def is_home(url: str) -> bool:
    """Tell whether an address is the front page of its host."""
    match = _URL.match(url)
    return match is not None and _HOME.fullmatch(match[3]) is not None and not _query(match[4] or "", routed=True)


def claimed(page_url: str, *claims: str | None) -> str | None:
    """Give the first address that a page may be believed to have, in canonical form.

    `claims` are what the page says (rel=canonical, og:url), best first, absolute or relative. A claim counts
    only on the page's own site and port, and never for the home page or for a section above or beside the
    page: templates that put such a claim on every article would make all of them one.
    """
    page = canonical(page_url)
    for claim in claims:
        address = absolute(page_url, claim) if claim and claim.strip() else None
        if address is not None and _believable(page, canonical(address)):
            return canonical(address)
    return None


def _believable(page: str, claim: str) -> bool:
    if claim == page:
        return True
    ours, theirs = _URL.match(page), _URL.match(claim)
    if ours is None or theirs is None or not same_site(page, claim) or is_home(claim):
        return False
    if _port(ours[2]) != _port(theirs[2]):
        return False
    if _names_article(theirs[3], theirs[4]):
        return True
    above = ours[3].startswith(theirs[3].rstrip("/") + "/") or (ours[3] == theirs[3] and ours[4] is not None)
    return not above and not _names_article(ours[3], ours[4])


def _names_article(path: str, query: str | None) -> bool:
    """Tell whether an address has what articles have and sections lack: an id, or a slug of several words."""
    last = path.rsplit("/", 1)[-1]
    slug = last.rsplit(".", 1)[0] if "." in last else last
    if len(re.split(r"[-_]", slug)) >= 4 or _ID.search(slug) or len(slug) > 60:
        return True
    return query is not None and any(character.isdigit() for character in query)


class _Authority:
    """A host read once: `host` (`m.` folded), `port` or '', its `site`; `local` for IPs and localhost."""

    __slots__ = ("host", "local", "port", "site")

    def __init__(self, host: str, port: str):
        self.port = port
        self.local = _is_local(host)
        self.site = host.strip("[]") if self.local else _registrable(host)
        self.host = host if self.local else _without_twin_prefix(host, self.site)


@lru_cache(maxsize=4096)
def _authority(netloc: str) -> _Authority | None:
    """Read 'user@Host.:port'; None when it is no host that could be asked."""
    match = _NETLOC.fullmatch(netloc)
    if match is None or (match[2] and not 0 < int(match[2]) < 65536):
        return None
    ascii_host = _ascii(match[1].lower().rstrip("."))
    return _Authority(ascii_host, match[2] or "") if ascii_host else None


def _ascii(host: str) -> str | None:
    """Give an IDN in punycode, a plain name as it is, None for what is no host name."""
    if host.startswith("["):
        try:
            return f"[{ip_address(host[1:-1]).compressed}]"
        except ValueError:
            return None
    if len(host) <= 253 and not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii").rstrip(".")
        except (idna.IDNAError, UnicodeError):
            return None
    return host if len(host) <= 253 and _HOST_NAME.fullmatch(host) else None


def _is_local(host: str) -> bool:
    if "." not in host or host.endswith(_LOCAL_SUFFIXES):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _registrable(host: str) -> str:
    found = _suffixes.extract_str(host)
    if found.suffix and found.domain:
        return f"{found.domain}.{found.suffix}"
    return ".".join(host.split(".")[-2:])  # an unknown suffix, or a suffix alone: the list's own default rule


def _without_twin_prefix(host: str, own_site: str) -> str:
    prefix, name = "", host
    while name.startswith(_TWIN_PREFIXES) and name != own_site:
        prefix, name = "www.", name.partition(".")[2]
    return prefix + name if name == own_site else name


def _origin(scheme: str, authority: _Authority) -> str:
    port = authority.port
    if port and (port == _DEFAULT_PORTS[scheme]):
        port = ""
    if port:
        return f"{scheme}://{authority.host}:{port}"
    return f"{scheme if authority.local else 'https'}://{authority.host}"


def _port(netloc: str) -> str:
    authority = _authority(netloc)
    return authority.port if authority is not None else ""


def _page_of(authority: _Authority, path: str) -> tuple[_Authority, str]:
    """Follow AMP caches, AMP and print variants to the page that they show."""
    while True:
        inner = _in_amp_cache(authority.host, path) or (authority, _plain_path(_without_variant(path)))
        if inner == (authority, path):
            return inner
        authority, path = inner


def _in_amp_cache(host: str, path: str) -> tuple[_Authority, str] | None:
    """Give host and path of the publisher's page that an address of an AMP cache (…/amp/s/host/path) holds."""
    match = _AMP_CACHE.match(f"{host}{path}")
    if match is None:
        return None
    inner, slash, rest = f"{host}{path}"[match.end() :].partition("/")
    authority = _authority(inner) if "." in inner else None
    return (authority, _plain_path(slash + rest)) if authority is not None else None


def _plain_path(path: str) -> str:
    """Bring a path into one spelling; it always starts with '/' and never ends with it unless that is all."""
    path = _encoded(path.replace("\\", "/") or "/", _PLAIN_PATH)
    if ";" in path or "/(" in path:
        path = _PATH_SESSION.sub("", path)
    if "//" in path:
        path = _SLASHES.sub("/", path)
    if "/." in path:
        path = _without_dots(path)
    return "/" + path.strip("/")


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _without_variant(path: str) -> str:
    """Take one mark of an AMP or print page off: '/amp' or '/print' at the end, '/amp/' before an article."""
    lowered = path[-12:].lower()
    if lowered.endswith(("/amp", "/print")) and path.count("/") > 1:
        return path[: path.rindex("/")].rstrip("/") or "/"
    if ".amp" in lowered or ".print" in lowered:
        return _TWIN_ENDING.sub("", path)
    if path[:5].lower() == "/amp/" and _names_article(path, None):
        return "/" + path[5:].lstrip("/")
    return path


def _query(query: str, *, routed: bool) -> str:
    """Bring a query into its one form. `routed`: the path is a script or '/', so the query names the page."""
    kept = []
    for written in query.split("&"):
        piece = _encoded(written, _PLAIN_QUERY)
        while piece.startswith("amp;"):  # the rest of an ampersand that was escaped once too often
            piece = piece[4:]
        name, _, value = piece.partition("=")
        if (name or value) and not _says_nothing(name.lower(), value, routed=routed):
            kept.append((name, value))
    kept.sort(key=lambda pair: pair[0])
    return "&".join(f"{name}={value}" if value else name for name, value in kept)


def _says_nothing(name: str, value: str, *, routed: bool) -> bool:
    """Tell whether a parameter leaves the page the same."""
    if _TRACKING.fullmatch(name):
        return not (name == "ref" and value.isdigit())
    if name in _VARIANTS:
        return value.lower() in _VARIANTS[name]
    if name in _MAYBE_TRACKING:
        return not routed and not any(character.isdigit() for character in value)
    if _CLOCK.fullmatch(name):
        return not routed and _CLOCK_VALUE.fullmatch(value) is not None
    if routed and name.endswith("token"):
        return False
    return _MAYBE_SESSION.fullmatch(name) is not None and _SESSION_VALUE.fullmatch(value) is not None


def _encoded(text: str, plain: re.Pattern[str]) -> str:
    """Percent-encode all that must be, decode what need not be, hex digits in upper case."""
    return text if plain.fullmatch(text) else _TO_ENCODE.sub(_one_form, text)


def _one_form(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 3:
        character = chr(int(found[1:], 16))
        return character if character in _DECODED else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode("utf-8", "replace"))
