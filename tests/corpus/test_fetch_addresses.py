from __future__ import annotations

import pytest

from corpus import catalogue as catalogues
from corpus.fetching import addresses, landing
from corpus.fetching.addresses import host_of
from corpus.fetching.manners import retry_after, user_agent
from corpus.fetching.refusals import Refused
from corpus.fetching.transfer import followed
from corpus.paper import Paper


@pytest.mark.parametrize(
    ("record", "first"),
    [
        ({"pdf_url": "https://a.org/x", "arxiv": "2307.04726"}, "https://a.org/x"),
        ({"arxiv": "2307.04726"}, "https://arxiv.org/pdf/2307.04726"),
        ({"url": "https://arxiv.org/abs/2307.04726v2"}, "https://arxiv.org/pdf/2307.04726v2"),
        ({"url": "https://arxiv.org/abs/cs/0112017"}, "https://arxiv.org/pdf/cs/0112017"),
        ({"url": "https://doi.org/10.48550/arXiv.2312.07843"}, "https://arxiv.org/pdf/2312.07843"),
        ({"openreview": "zRb7IWkTZAU"}, "https://openreview.net/pdf?id=zRb7IWkTZAU"),
        ({"url": "https://openreview.net/forum?id=vJwjWyt4Ed"}, "https://openreview.net/pdf?id=vJwjWyt4Ed"),
        (
            {"url": "https://proceedings.mlr.press/v202/li23ad.html"},
            "https://proceedings.mlr.press/v202/li23ad/li23ad.pdf",
        ),
        (
            {"url": "https://papers.nips.cc/paper_files/paper/2018/hash/2de5-Abstract.html"},
            "https://papers.nips.cc/paper_files/paper/2018/file/2de5-Paper.pdf",
        ),
        (
            {"url": "https://openaccess.thecvf.com/content/CVPR2022/html/A_B_CVPR_2022_paper.html"},
            "https://openaccess.thecvf.com/content/CVPR2022/papers/A_B_CVPR_2022_paper.pdf",
        ),
        (
            {"url": "https://aclanthology.org/2023.acl-long.1/"},
            "https://aclanthology.org/2023.acl-long.1.pdf",
        ),
        ({"doi": "10.18653/v1/2023.acl-long.1"}, "https://aclanthology.org/2023.acl-long.1.pdf"),
        ({"doi": "10.15607/RSS.2023.XIX.026"}, "https://www.roboticsproceedings.org/rss19/p026.pdf"),
    ],
)
def test_the_pdf_is_found_from_what_the_record_names(record: dict[str, str], first: str) -> None:
    assert addresses(Paper(id="a", title="A", **record))[0] == first  # type: ignore[arg-type]


def test_several_addresses_are_tried_each_once() -> None:
    paper = Paper(
        id="a",
        title="A",
        arxiv="2303.04137",
        pdf_url="https://arxiv.org/pdf/2303.04137",
        doi="10.15607/RSS.2023.XIX.026",
        openreview="x1",
    )
    assert [host_of(address) for address in addresses(paper)] == [
        "arxiv.org",
        "openreview.net",
        "roboticsproceedings.org",
    ]


def test_of_the_curated_papers_two_have_no_free_pdf() -> None:
    without = [paper for paper in catalogues.load().curated if not addresses(paper)]
    assert sorted(paper.id for paper in without) == ["diffskill2024kbs", "guo2025rewardshaping"]
    assert all(landing(paper).startswith("https://") for paper in without)


def test_hosts_of_one_owner_are_one() -> None:
    assert host_of("https://export.arxiv.org/pdf/1") == host_of("https://arxiv.org/pdf/1") == "arxiv.org"
    assert host_of("http://127.0.0.1:8080/x") == "127.0.0.1:8080"
    assert host_of("http://user@localhost:8080/x") == "localhost:8080"


def test_a_redirect_may_not_lose_the_encryption_or_lead_home() -> None:
    assert followed("https://a.org/x", "/y") == "https://a.org/y"
    assert followed("http://a.org/x", "https://a.org/x") == "https://a.org/x"
    with pytest.raises(Refused, match=r"without encryption \(b\.org\)"):
        followed("https://a.org/x", "http://b.org/x")
    with pytest.raises(Refused, match="this machine itself"):
        followed("https://a.org/x", "https://127.0.0.1/x")


def test_retry_after_is_read_in_both_forms() -> None:
    assert retry_after("120", 0) == 120
    assert retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 100) == 20
    assert retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 500) == 0
    for nothing in (None, "", "soon", "-5", "1.5"):
        assert retry_after(nothing, 0) is None


def test_the_contact_is_told_as_ascii() -> None:
    assert user_agent("jürgen\r\n@example.org").endswith("; jrgen@example.org)")
    assert "; me@example.org)" in user_agent("me@example.org")
    assert user_agent(None).endswith("(research reading aid)")
