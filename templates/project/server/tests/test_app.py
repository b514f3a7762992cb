import asyncio

import httpx
from example_server.app import app, example_native


def get(path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_health_says_whether_the_native_module_is_built() -> None:
    assert get("/health").json() == {"native": example_native is not None}


def test_without_the_native_module_the_answer_says_what_to_build() -> None:
    answer = get("/distance-squared?x=3&y=4")
    assert (answer.json() == {"value": 25.0}) if example_native else ("cmake" in answer.json()["detail"])
