"""Scrapy's settings: only what differs from its defaults. Who we are, how politely, the stages in order."""

from crawler import __version__

BOT_NAME = "worlddesk"
SPIDER_MODULES = ["spiders"]
COMMANDS_MODULE = "crawler.commands"  # `scrapy crawl` that takes the lock and whose exit code tells
USER_AGENT = f"Worlddesk/{__version__}"  # a run adds the contact, see crawler.fetch.user_agent
ROBOTSTXT_USER_AGENT = "Worlddesk"

# How politely: one request at a time per host, a second apart; a source or robots.txt may ask for more.
CONCURRENT_REQUESTS = 128  # over all hosts; FairQueue lets none of them take more than two
CONCURRENT_REQUESTS_PER_DOMAIN = 1
REACTOR_THREADPOOL_MAXSIZE = 64  # they wait for names: with ten a dead resolver holds up a whole catalogue
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0  # jitter would go below the second
DOWNLOAD_TIMEOUT = 20
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # also bounds decompression
DOWNLOAD_WARNSIZE = 0
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 64 * 1024 * 1024  # bytes of pages with the workers: one that hangs must not hold up all
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 1
RETRY_EXCEPTIONS = [  # not what took its full time already
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectError",
]
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]  # 429 and 503 rest the host: crawler.middlewares.Politeness
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the ledger says it
CLOSESPIDER_TIMEOUT = 25 * 60  # a run of all that cron asks every ten minutes takes less; what is left stays due
MEMUSAGE_LIMIT_MB = 1500
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"  # gives every address of an answer
DOWNLOAD_HANDLERS = {"http": "crawler.transport.Handler", "https": "crawler.transport.Handler"} | dict.fromkeys(
    ("data", "file", "ftp", "s3")
)
WORLDDESK_PUBLIC_NETWORKS = ""  # CIDR, with commas: asked as if public (intranets, tests); the environment counts first
WORLDDESK_PAGE_DAYS = 30  # pages are kept so long, for `reextract`; 0 = not at all; the environment counts first

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.Gate": 50,
    "crawler.middlewares.Politeness": 100,
    "crawler.middlewares.Waiting": 340,
    "crawler.middlewares.SameSiteRedirect": 600,
    "crawler.middlewares.Unpack": 590,
    "crawler.middlewares.Measure": 850,
    "crawler.middlewares.Silence": 860,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # behind a proxy no address is ours to judge
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # every status gets a row
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
EXTENSIONS = {
    "crawler.extensions.TextOnly": 0,
    "crawler.extensions.Progress": 0,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.remote_control.RemoteControl": None,  # nobody steers a run from outside
    "scrapy.extensions.telnet.TelnetConsole": None,
}
CONCURRENT_ITEMS = 2  # a callback gives few links; Scrapy starts so many tasks for each answer
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the ledger decides what is fetched
SCHEDULER_PRIORITY_QUEUE = "crawler.extensions.FairQueue"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # newest first, as announced
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads our source at every start
LOG_LEVEL = "INFO"
