"""What a person does with the chat and what they see, on the chat page or in a widget on another page."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page

STORAGE = "Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith('saattaja:')))"


class Chat:
    """The chat on a page that is open. Selectors reach into its shadow root."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.element = page.locator("saattaja-chat")
        self.input = self.element.get_by_role("textbox")
        self.messages = self.element.locator(".message:not(.welcome)")
        self.own = self.element.locator(".message.own")
        self.replies = self.element.locator(".message.bot:not(.welcome)")
        self.cards = self.element.locator(".message .card")
        self.choices = self.element.get_by_role("group", name="Vastausvaihtoehdot").get_by_role("button")
        self.line = self.element.locator(".line")
        self.typing = self.element.locator(".typing")
        self.panel = self.element.locator(".panel")
        self.launcher = self.element.locator("button.launcher")

    def say(self, text: str) -> None:
        """Writes a message and sends it."""
        self.input.fill(text)
        self.input.press("Enter")

    def button(self, name: str) -> Locator:
        """The button of this exact name, wherever it is in the chat."""
        return self.element.get_by_role("button", name=name, exact=True)

    def open_menu(self, item: str) -> None:
        """Opens the menu and chooses from it."""
        self.button("Valikko").click()
        self.panel.get_by_role("button", name=item).click()

    def card(self, name: str) -> Locator:
        """The card of a service."""
        return self.cards.filter(has=self.page.get_by_role("heading", name=name))

    def texts(self) -> list[str]:
        """What was said, by whom, in the order in which it stands; cards by name."""
        return self.messages.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")

    def stored(self) -> dict[str, str]:
        """What the chat keeps on this device."""
        return self.page.evaluate(STORAGE)

    @property
    def token(self) -> str:
        """What opens this conversation at the server."""
        return json.loads(self.stored()["saattaja:token"])["token"]

    def focus(self) -> str:
        """What has focus in the chat: its name, or its text."""
        return self.element.evaluate(
            "({shadowRoot: {activeElement: one}}) => one && (one.getAttribute('aria-label') || one.innerText.trim())"
        )

    def record_announcements(self) -> None:
        """From now on `announcements` tells what the live region said."""
        self.element.evaluate(
            """({shadowRoot}) => {
                window.announced = [];
                const region = shadowRoot.querySelector('[aria-live="polite"]');
                new MutationObserver((changes) => {
                    for (const {addedNodes} of changes) for (const one of addedNodes) announced.push(one.textContent);
                }).observe(region, {childList: true});
            }"""
        )

    def announcements(self) -> list[str]:
        """What screen readers were told, in order."""
        return self.page.evaluate("announced")
