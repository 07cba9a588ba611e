"""What a site may put in the place of its articles: a challenge, a consent wall, a soft 404, one page for all.

Switched on by `Newsstand.shut`; the invented newspaper itself has none of them.
"""

from __future__ import annotations

from crawler.demo.odd import Page

_OFFER = (
    "Le Courrier du Méridien paraît depuis cent douze ans dans l’archipel. Ses lecteurs le financent, du premier au "
    "dernier numéro, et reçoivent chaque matin le journal imprimé, l’édition du soir et le supplément du dimanche.",
    "Choisissez la formule qui vous convient : trois mois pour découvrir, un an pour suivre, ou l’édition de l’école "
    "pour vingt élèves. Le facteur du port encaisse aussi les abonnements, comme au premier jour.",
)


def _html(title: str, body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def challenge() -> Page:
    """Answer 403 with the script of a product that wants to see a browser."""
    body = (
        "<p>Please enable JS and disable any ad blocker</p><script>var dd={'host':'geo.captcha-delivery.com'}</script>"
    )
    return Page(_html("courrier.example", body).encode(), status=403, headers={"X-DataDome": "protected"})


def quiet_challenge() -> Page:
    """Answer 200 with a challenge, and with validators that must never be sent back."""
    body = "<h1>Un instant…</h1><p>Vérifiez que vous êtes humain pour continuer.</p><div class='cf-turnstile'></div>"
    return Page(_html("Un instant…", body).encode())


def consent() -> Page:
    """Ask for consent or money before anything is shown."""
    body = (
        "<h1>Accepter ou s’abonner</h1><p>Nous et nos partenaires déposons des cookies pour financer le journal.</p>"
        "<button>Accepter et continuer</button><button>Refuser et s’abonner</button>"
    )
    return Page(_html("Le Courrier — avant de continuer", body).encode())


def soft_404() -> Page:
    """Say that the page is not there, and answer 200."""
    links = "".join(
        f"<li><a href='/world/an-old-story-of-ours-{n}'>Une vieille histoire, numéro {n}</a></li>" for n in range(9)
    )
    return Page(_html("Page introuvable", f"<h1>Page introuvable</h1><p>Lisez plutôt :</p><ul>{links}</ul>").encode())


def one_page() -> Page:
    """Show the same offer at every address, in words that no detector knows."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in _OFFER)
    return Page(
        _html("Le Courrier du Méridien", f"<article><h1>Un journal pour tout l’archipel</h1>{text}</article>").encode()
    )


DOORS: dict[str, Page] = {
    "challenge": challenge(),
    "quiet challenge": quiet_challenge(),
    "consent": consent(),
    "soft 404": soft_404(),
    "one page": one_page(),
}
"""Name -> what is answered at every address."""
