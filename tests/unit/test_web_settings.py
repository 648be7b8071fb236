"""What an operator sets, and what a mistake in it says."""

from dataclasses import replace

import pytest

from web.settings import Settings, WrongSetting


def test_without_settings_nobody_else_may_embed_and_nothing_is_opened():
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert settings.frame_ancestors == "'self'"
    assert settings.origin_pattern is None
    assert settings.database == "sqlite:///var/saattaja.db"


def test_settings_come_from_the_environment():
    settings = Settings.from_environment(
        {
            "SAATTAJA_PROFILE": "development",
            "SAATTAJA_ALLOWED_ORIGINS": "https://www.example.fi  https://NUORET.example.fi:8443/",
            "SAATTAJA_DATABASE": "postgresql://saattaja@db/saattaja",
            "SAATTAJA_PUBLIC_URL": "https://saattaja.example.fi/",
            "SAATTAJA_TRUSTED_PROXIES": "127.0.0.1 10.0.0.0/8",
            "SAATTAJA_METRICS_PORT": "9464",
            "SAATTAJA_MESSAGES_PER_CONVERSATION": "5/second",
        }
    )
    assert settings.allowed_origins == ("https://www.example.fi", "https://nuoret.example.fi:8443")
    assert settings.frame_ancestors.startswith("'self' https://www.example.fi https://nuoret.example.fi:8443 http://")
    assert settings.public_url == "https://saattaja.example.fi"
    assert [str(network) for network in settings.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8"]
    assert settings.metrics_port == 9464
    assert settings.messages_per_conversation == "5/second"
    assert replace(settings, development=False).frame_ancestors.endswith(":8443")


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SAATTAJA_ALLOWED_ORIGINS", "https://www.example.fi/chat", "no path"),
        ("SAATTAJA_ALLOWED_ORIGINS", "*", "is no origin"),
        ("SAATTAJA_ALLOWED_ORIGINS", "https://a.fi; script-src *", "is no origin"),
        ("SAATTAJA_TRUSTED_PROXIES", "proxy", "addresses or networks"),
        ("SAATTAJA_METRICS_PORT", "0", "1 to 65535"),
        ("SAATTAJA_METRICS_PORT", "many", "1 to 65535"),
        ("SAATTAJA_MESSAGES_PER_ADDRESS", "lots", "20/minute"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(name, value, remedy):
    with pytest.raises(WrongSetting, match=remedy) as error:
        Settings.from_environment({name: value})
    assert name in str(error.value)
