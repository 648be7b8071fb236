"""What people open in a browser: the chat page, its offline shell, the statements, posters and an example of a host.

Everything works without JavaScript as far as it can: the crisis contacts always do. No page loads anything from
another site, has a script or a style inside it, or keeps what it was asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from people.conversations import LIFETIME
from people.retention import TEXTS
from service_catalog.card_words import day
from service_catalog.cards import name_in
from service_catalog.catalog import Catalog
from service_catalog.emergency import EMERGENCY_CONTACTS
from service_catalog.places import Places
from translations import LANGUAGES, LOCALES
from web.campaigns import Campaigns, Keep
from web.errors import language_asked
from web.poster import qr_data_uri, qr_svg
from web.presets import PARAMETERS, Presets
from web.rendering import attributes, each, options, render
from web.settings import Settings
from web.words import CHAT, CONTACTS, DOCUMENTS, POSTER, POSTER_MAKING

STATIC = Path(__file__).parent / "static"
LANGUAGE_NAMES = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}
MESSAGE_LINKS = {"tel:112": "sms:112"}  # numbers that answer text messages too; the catalogue says the same

# Files that the chat page needs without a network are all of web/static but these.
ONLY_ONLINE = ("example", "poster", "service-worker", "icon-")

STATEMENT_WRITTEN = date(2026, 11, 22)
# The authority that supervises accessibility since 1 January 2025, and how to reach it: HE 71/2024 (the law that moved
# the task from the Regional State Administrative Agency) and the statements of hel.fi and turku.fi, read 22.11.2026.
# Its names and sites in Swedish and English: the statements of other public bodies in these languages, read 22.11.2026.
AUTHORITY = {
    "fi": {
        "name": "Liikenne- ja viestintävirasto Traficom",
        "unit": "Digitaalisen esteettömyyden ja saavutettavuuden valvontayksikkö",
        "web": "www.saavutettavuusvaatimukset.fi",
    },
    "sv": {
        "name": "Transport- och kommunikationsverket Traficom",
        "unit": "Enheten för tillsyn över digital tillgänglighet",
        "web": "www.tillganglighetskrav.fi",
    },
    "en": {
        "name": "Finnish Transport and Communications Agency Traficom",
        "unit": "Digital Accessibility Supervision Unit",
        "web": "www.webaccessibility.fi",
    },
}
AUTHORITY_EMAIL, AUTHORITY_PHONE = "saavutettavuus@traficom.fi", "029 534 5000"

_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["']\./([\w./-]+\.js)["']""", re.MULTILINE)

# Other sites may load the widget's files.
SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FRESH = {"Cache-Control": "no-cache"}
BY_LANGUAGE = {**FRESH, "Vary": "Accept-Language"}
NOT_KEPT = {"Cache-Control": "no-store"}  # the chat page: a way back must not show what a link said


@dataclass(frozen=True)
class Operator:
    """Who answers for this service, as the statements name them: `feedback` is an e-mail or an https address."""

    name: str = ""
    feedback: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Operator:
        """Returns what SAATTAJA_OPERATOR and SAATTAJA_FEEDBACK say; docs/before-launch.md asks for both."""
        return cls(environment.get("SAATTAJA_OPERATOR", "").strip(), environment.get("SAATTAJA_FEEDBACK", "").strip())

    def sentence(self, language: str) -> str:
        """Who answers for the service, as a sentence."""
        words = DOCUMENTS[language]
        return words["operator"].format(name=self.name) if self.name else words["no_operator"]

    def contact(self, language: str) -> Markup:
        """How to reach the operator, as HTML."""
        words = DOCUMENTS[language]
        if self.feedback.startswith("https://"):
            return Markup('<p>{1} <a href="{0}">{0}</a></p>').format(self.feedback, words["feedback"])
        if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", self.feedback):
            return Markup('<p>{1} <a href="mailto:{0}">{0}</a></p>').format(self.feedback, words["write"])
        return Markup('<p class="notice">{}</p>').format(words["no_feedback"])


def routes(
    settings: Settings,
    catalog: Callable[[], Catalog | None],
    operator: Operator | None = None,
    keep_campaign: Keep | None = None,
) -> list[BaseRoute]:
    """Returns the routes of every page and static file.

    `catalog` gives the catalogue as it is now, None when there is none. `operator` is by default what the environment
    says. `keep_campaign(tag)` is awaited at each opening through a campaign's link, after the page is sent, and may
    keep the count.
    """
    pages = Pages(settings, catalog, operator or Operator.from_environment(os.environ), Campaigns(keep_campaign))
    zipped = [Middleware(GZipMiddleware, minimum_size=500)]
    handlers = {
        "/": pages.chat,
        "/offline": pages.offline,
        "/saavutettavuus": pages.accessibility,
        "/tietosuoja": pages.privacy,
        "/juliste": pages.poster,
        "/juliste.svg": pages.poster_code,
        "/esimerkki": pages.example,
        "/widget.js": pages.widget,
        "/crisis-contacts.js": pages.crisis_contacts,
        "/manifest.webmanifest": pages.manifest,
        "/service-worker.js": pages.service_worker,
    }
    return [
        *(Route(path, handler, middleware=zipped) for path, handler in handlers.items()),
        Mount("/static", GZipMiddleware(pages.static, minimum_size=500), name="static"),
    ]


class SharedFiles(StaticFiles):
    """Static files that other sites may load, asked anew each time and sent only when they changed (ETag)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Returns the file, "not modified", or raises HTTPException with status 404."""
        response = await super().get_response(path, scope)
        response.headers.update({**SHARED, **FRESH})
        return response


class Pages:
    """The handlers. Each reads the catalogue as it is now, and does without when there is none."""

    def __init__(
        self, settings: Settings, catalog: Callable[[], Catalog | None], operator: Operator, campaigns: Campaigns
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._operator = operator
        self._campaigns = campaigns
        self.static = SharedFiles(directory=STATIC)
        self._modules = each('<link rel="modulepreload" href="{path}">', ({"path": path} for path in chat_modules()))

    async def chat(self, request: Request) -> Response:
        """The chat page, with what a link sets handed to the widget."""
        presets = Presets.read(request.query_params, self._catalog())
        page = self._html(self._chat_page(presets, self._address(request)), NOT_KEPT)
        if presets.campaign and request.method == "GET":
            page.background = BackgroundTask(self._campaigns.opened, presets.campaign)
        return page

    async def offline(self, request: Request) -> Response:
        """What to do without a network, and whom to call or text."""
        return self._html(_offline(language_of(request)), BY_LANGUAGE)

    async def accessibility(self, request: Request) -> Response:
        """The accessibility statement that section 9 of the act 306/2019 asks for."""
        language = language_of(request)
        phone = DOCUMENTS[language]["switchboard"].format(phone=AUTHORITY_PHONE)
        authority = Markup(
            '{name}<br>\n{unit}<br>\n<a href="https://{web}">{web}</a><br>\n'
            '<a href="mailto:{email}">{email}</a><br>\n{phone}'
        ).format(**AUTHORITY[language], email=AUTHORITY_EMAIL, phone=phone)
        page = _document(
            "accessibility",
            language,
            contacts=contact_list(language),
            operator_sentence=self._operator.sentence(language),
            feedback=self._operator.contact(language),
            authority=authority,
            written=day(STATEMENT_WRITTEN.isoformat(), language),
        )
        return self._html(page, BY_LANGUAGE)

    async def privacy(self, request: Request) -> Response:
        """What is kept, where and for how long."""
        language = language_of(request)
        page = _document(
            "privacy",
            language,
            days=LIFETIME.days,
            text_days=TEXTS.days,
            operator_sentence=self._operator.sentence(language),
            feedback=self._operator.contact(language),
        )
        return self._html(page, BY_LANGUAGE)

    async def poster(self, request: Request) -> Response:
        """A poster for what the link says; without parameters, a form to choose it.

        `kieli` is the language of the poster, and `ohjeet` that of the words around it.
        """
        catalog = self._catalog()
        maker = language_of(request, "ohjeet")
        presets = Presets.read(request.query_params, catalog)
        is_asked = any(name in request.query_params for name in PARAMETERS)
        if not is_asked or "muuta" in request.query_params:
            return self._html(_poster_form(presets, catalog, maker), BY_LANGUAGE, forms=True)
        unknown = [name for name, field in PARAMETERS.items() if request.query_params.get(name, "").strip()
                   and not getattr(presets, field)]  # fmt: skip
        return self._html(_poster(presets, catalog, self._address(request), unknown, maker), BY_LANGUAGE)

    async def poster_code(self, request: Request) -> Response:
        """The poster's QR code alone, as an SVG file for other prints."""
        presets = Presets.read(request.query_params, self._catalog())
        headers = {**self._headers(), **FRESH, "Content-Disposition": 'attachment; filename="saattaja-qr.svg"'}
        return Response(qr_svg(presets.link(self._address(request))), media_type="image/svg+xml", headers=headers)

    async def example(self, request: Request) -> Response:
        """A page of a municipality that doesn't exist, with the widget on it."""
        presets = Presets.read(request.query_params, self._catalog())
        chosen = {
            "data-municipality": presets.municipality or "Tampere",
            "data-lang": presets.language or "fi",
            **({"data-position": "left"} if request.query_params.get("reuna") == "vasen" else {}),
            **({"data-open": ""} if "auki" in request.query_params else {}),
        }
        tag = Markup('<script src="{}/widget.js"{} async></script>').format(self._address(request), attributes(chosen))
        return self._html(render("example.html", attributes=attributes(chosen), tag=str(tag)))

    async def widget(self, request: Request) -> Response:
        """The script that host pages load."""
        return await self.static.get_response("widget.js", request.scope)

    async def crisis_contacts(self, request: Request) -> Response:
        """The crisis contacts as an ES module; their sources and dates stay in service_catalog/emergency.py."""
        return _script(crisis_contacts_module())

    async def manifest(self, request: Request) -> Response:
        """What a phone needs to put the page on its home screen."""
        manifest = json.dumps(MANIFEST, ensure_ascii=False)
        return Response(manifest, media_type="application/manifest+json", headers=FRESH)

    async def service_worker(self, request: Request) -> Response:
        """The service worker, with the list of what it keeps and a version made of their contents."""
        files = shell_files()
        bodies: list[str] = [self._chat_page(Presets(), ""), *map(_offline, LANGUAGES)]
        bodies += [crisis_contacts_module(), json.dumps(MANIFEST), *files]
        digest = hashlib.sha256("\0".join(bodies).encode())
        for path in files:
            file = STATIC / ("widget.js" if path == "/widget.js" else path.removeprefix("/static/"))
            digest.update(file.read_bytes() if file.is_file() else b"")
        worker = (STATIC / "service-worker.js").read_bytes()
        digest.update(worker)
        shell = {"version": digest.hexdigest()[:16], "files": files}
        return _script(f"const SHELL = {json.dumps(shell)};\n\n{worker.decode()}", self._headers())

    def _chat_page(self, presets: Presets, address: str) -> Markup:
        language = presets.language or "fi"
        words = CHAT[language]
        return render(
            "layout.html",
            lang=language,
            kind="page",
            title=words["name"],
            description=words["description"],
            head=render("chat-head.html", address=address, modules=self._modules, **words),
            body=render(
                "chat.html",
                attributes=attributes(presets.attributes()),
                contacts=contact_list(language),
                lang=language,
                **words,
            ),
        )

    def _address(self, request: Request) -> str:
        """Where people reach this server, without a slash at the end."""
        return self._settings.public_url or own_address(request)

    def _headers(self, forms: bool = False) -> dict[str, str]:
        return {"Content-Security-Policy": content_security_policy(self._settings.frame_ancestors, forms)}

    def _html(self, page: str, caching: Mapping[str, str] = FRESH, *, forms: bool = False) -> Response:
        return HTMLResponse(page, headers={**self._headers(forms), **caching})


def _script(text: str, headers: Mapping[str, str] = {}) -> Response:
    return Response(text, media_type="text/javascript", headers={**headers, **SHARED, **FRESH})


def content_security_policy(frame_ancestors: str, forms: bool = False) -> str:
    """Returns the policy of the pages: nothing from other sites, no script or style inside the page.

    `frame_ancestors` says who may frame it; `forms` lets it send a form to this server.
    """
    sources = "'self'" if forms else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        f"form-action {sources}; frame-ancestors {frame_ancestors}"
    )


def contact_list(language: str) -> Markup:
    """Returns the crisis contacts as list items with a button for each way to reach them."""
    words, translated = CHAT[language], CONTACTS.get(language, {})
    verbs = {"https": words["open"], "tel": words["call"], "sms": words["text"]}
    way = """<a class="button" href="{url}" aria-label="{verb}: {name}">{verb}</a>"""
    rows = []
    for contact in EMERGENCY_CONTACTS:
        name, how = translated.get(contact.url, (contact.name, contact.how))
        urls = [url for url in (MESSAGE_LINKS.get(contact.url), contact.url) if url]
        ways = each(way, ({"url": url, "verb": verbs[url.partition(":")[0]], "name": name} for url in urls))
        spoken = language if contact.url in translated else "fi"
        rows.append({"name": name, "how": how, "language": spoken, "ways": ways})
    return each("""<li><p lang="{language}"><strong>{name}</strong>: {how}</p><p class="ways">{ways}</p></li>""", rows)


def crisis_contacts_module() -> str:
    """Returns the crisis contacts as the text of an ES module: in Finnish, and in `sv` and `en` what differs."""

    def texts(name: str, how: str) -> dict[str, str]:
        return {"name": name, "how": how}

    contacts = [
        {**texts(contact.name, contact.how), "url": contact.url}
        | {language: texts(*known[contact.url]) for language, known in CONTACTS.items() if contact.url in known}
        for contact in EMERGENCY_CONTACTS
    ]
    return f"export const contacts = {json.dumps(contacts, ensure_ascii=False, indent=2)};\n"


def chat_modules(first: str = "chat.js") -> list[str]:
    """Returns the paths of the modules that the chat imports at its start, so that one round trip fetches all."""
    found, unread = [first], [first]
    while unread:
        file = STATIC / unread.pop()
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        new = [name for name in _IMPORT.findall(text) if name not in found]
        found += new
        unread += new
    return [f"/static/{name}" for name in found if (STATIC / name).is_file()]


def shell_files() -> list[str]:
    """Returns the paths that the service worker keeps: whatever the chat page needs without a network."""
    files = (file for file in STATIC.rglob("*") if file.is_file() and not file.name.startswith((".", *ONLY_ONLINE)))
    static = sorted(f"/static/{file.relative_to(STATIC).as_posix()}" for file in files if file.name != "widget.js")
    offline = ["/offline", *(f"/offline?kieli={language}" for language in LANGUAGES)]
    return ["/", *offline, "/manifest.webmanifest", "/crisis-contacts.js", "/widget.js", *static]


MANIFEST = {
    "id": "/",
    "name": "Tukipalveluun saattaja",
    "short_name": "Saattaja",
    "description": CHAT["fi"]["description"],
    "lang": "fi",
    "dir": "ltr",
    "start_url": "/",
    "scope": "/",
    "display": "standalone",
    "background_color": "#f6f3ee",
    "theme_color": "#f6f3ee",
    "categories": ["health", "lifestyle"],
    "icons": [
        {"src": "/static/icons/icon.svg", "sizes": "any", "type": "image/svg+xml"},
        {"src": "/static/icons/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "/static/icons/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {"src": "/static/icons/icon-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ],
    "shortcuts": [
        {"name": "Apua heti", "url": "/?tarve=crisis"},
        {"name": "En tiedä, mistä aloittaisin", "url": "/?tarve=outreach"},
    ],
}


def language_of(request: Request, parameter: str = "kieli") -> str:
    """The language of a page to read: what its link says, else the first that the browser and we speak."""
    asked = request.query_params.get(parameter, "").lower()
    return asked if asked in LANGUAGES else language_asked(request.headers) or "fi"


def _document(name: str, language: str, *, other: str = "?kieli=", **values: object) -> Markup:
    """A page to read, by the name of its template: `privacy.sv.html` is the Swedish `privacy.html`.

    `other`, ended with a language's code, is the link to the same page in that language.
    """
    template = f"{name}.html" if language == "fi" else f"{name}.{language}.html"
    words = CHAT[language]
    body = render(
        "document.html",
        content=render(template, **values),
        lang=language,
        languages=_other_languages(language, other),
        **{part: words[part] for part in ("about", "talk", "accessibility", "privacy", "poster")},
    )
    return render(
        "layout.html",
        lang=language,
        kind="document",
        title=f"{DOCUMENTS[language][f'{name}_title']} – Saattaja",
        description=words["description"],
        head=Markup('<link rel="stylesheet" href="/static/document.css">'),
        body=body,
    )


def _other_languages(language: str, start: str) -> Markup:
    """Links to the same page in the other languages; each link is `start` and the language's code."""
    link = """<a href="{start}{code}" lang="{code}" hreflang="{code}">{name}</a>"""
    others = ({"start": start, "code": one, "name": LANGUAGE_NAMES[one]} for one in LANGUAGES if one != language)
    return Markup('<nav aria-label="{}">\n{}\n</nav>').format(DOCUMENTS[language]["languages"], each(link, others))


def _offline(language: str) -> Markup:
    return _document("offline", language, contacts=contact_list(language))


def _poster_form(presets: Presets, catalog: Catalog | None, language: str) -> Markup:
    """The form for a poster, in the language of who makes it."""
    words, names = POSTER_MAKING[language], LOCALES[language].languages
    needs = [(need.id, need.label.of(language)) for need in catalog.needs.values()] if catalog else []
    services = [(service.id, name_in(service, language)) for service in catalog.services()] if catalog else []
    places = [(name, Places.load().name_in(name, language)) for name in Places.load().municipalities]
    return _document(
        "poster-form",
        language,
        other="&".join(filter(None, ("?muuta=1", presets.query(), "ohjeet="))),
        places=options([("", words["whole_country"]), *_alphabetical(places)], presets.municipality),
        needs=options([("", words["any_need"]), *_alphabetical(needs)], presets.need),
        services=options([("", words["no_service"]), *_alphabetical(services)], presets.service),
        languages=options([(code, names[code]) for code in LANGUAGES], presets.language or language),
        campaign=presets.campaign or "",
    )


def _poster(presets: Presets, catalog: Catalog | None, address: str, unknown: list[str], maker: str) -> Markup:
    """The poster in its own language, with tools around it in that of its maker."""
    language = presets.language or "fi"
    words, tools = POSTER[language], POSTER_MAKING[maker]
    need = catalog.need(presets.need) if catalog and presets.need else None
    service = catalog.service(presets.service) if catalog and presets.service else None
    place = presets.municipality
    chips = [
        *([Places.load().name_in(place, language)] if place else []),
        *([name_in(service, language)] if service else []),
    ]
    link = presets.link(address)
    dropped = tools["dropped"].format(names=", ".join(tools[name] for name in unknown))
    return render(
        "layout.html",
        lang=maker,
        kind="poster",
        title=POSTER[maker]["title"],
        description=CHAT[maker]["description"],
        head=Markup(
            '<link rel="stylesheet" href="/static/document.css">\n<link rel="stylesheet" href="/static/poster.css">\n'
            '<script src="/static/poster.js" defer></script>'
        ),
        body=render(
            "poster.html",
            lang=language,
            says=need.label.of(language) if need else words["says"],
            answer=words["answer"],
            chips=_chips(chips),
            qr_image=qr_data_uri(link),
            qr=words["qr"].format(link),
            scan=words["scan"],
            or_type=words["or_type"],
            short=re.sub(r"^https?://(www\.)?", "", address),
            facts=words["facts"],
            urgent=words["urgent"],
            contacts=" · ".join(
                "{}: {}".format(*CONTACTS.get(language, {}).get(contact.url, (contact.name, contact.how)))
                for contact in reversed(EMERGENCY_CONTACTS)
            ),
            query=presets.query() or "k=",
            link=link,
            dropped=Markup('<p class="notice">{}</p>').format(dropped) if unknown else "",
            maker=maker,
            **{name: tools[name] for name in ("print", "download", "change", "link_words")},
        ),
    )


def _chips(texts: list[str]) -> Markup:
    spans = each("<span>{text}</span>", ({"text": text} for text in texts))
    return Markup('<p class="chips">{}</p>').format(spans) if texts else Markup()


def _alphabetical(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of value and label by label, in Finnish and Swedish order: å, ä and ö come after z, in that order."""
    return sorted(choices, key=lambda pair: (pair[1].casefold().translate(str.maketrans("åäö", "{|}")), pair[1]))


def own_address(request: Request) -> str:
    """The address by which the request came; a host that is none is not repeated to anybody."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if re.fullmatch(r"[A-Za-z0-9.:\[\]-]{1,255}", host) else ""
