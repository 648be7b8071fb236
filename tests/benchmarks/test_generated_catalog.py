"""The generated catalogue is a real one: valid, varied, the same for the same seed, and searched like any
other.
"""

from service_catalog.catalog import Catalog
from service_catalog.search import candidates

from .generated_catalog import NEED_WORDS, generated_queries, generated_services, write_generated

MUNICIPALITIES = ["Helsinki", "Tampere", "Nokia", "Utsjoki"]


def test_the_same_seed_gives_the_same_services():
    assert list(generated_services(20, MUNICIPALITIES)) == list(generated_services(20, MUNICIPALITIES))
    assert list(generated_services(20, MUNICIPALITIES)) != list(generated_services(20, MUNICIPALITIES, seed=2))


def test_services_are_varied():
    services = list(generated_services(300, MUNICIPALITIES))
    assert {need for service in services for need in service.needs} == set(NEED_WORDS)
    assert {channel.type for service in services for channel in service.channels} >= {"chat", "sms", "phone", "visit"}
    assert any(service.national for service in services) and any(service.sessions for service in services)
    assert len({service.name for service in services}) > 250


def test_it_is_searched_like_any_other(tmp_path):
    write_generated(300, tmp_path / "generated.db")
    catalog = Catalog.open(tmp_path / "generated.db")
    assert len(catalog) == 300
    for needs, places, words in generated_queries(60):
        found = candidates(catalog, needs, places, words)
        assert found and len(found) <= 150
        if needs and not words:
            assert all(set(service.needs) & set(needs) for service in found)
