import asyncio

from bot.lock_store import PromptLockStore


async def handle(store, number, handled):
    async with store.lock("eetu"):
        handled.append(f"{number} begins")
        await asyncio.sleep(0)
        handled.append(f"{number} ends")


async def test_messages_of_one_conversation_are_handled_in_order():
    store, handled = PromptLockStore(), []
    await asyncio.gather(*(handle(store, number, handled) for number in range(4)))
    assert handled == [f"{number} {what}" for number in range(4) for what in ("begins", "ends")]
    assert not store.conversation_locks


async def test_a_waiting_message_asks_again_after_a_twentieth_of_a_second(monkeypatch):
    waits, sleep = [], asyncio.sleep

    async def record(seconds):
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", record)
    store = PromptLockStore()
    await asyncio.gather(*(handle(store, number, []) for number in range(3)))
    assert set(waits) == {0, 0.05}
