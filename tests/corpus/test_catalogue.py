import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.catalogue import Catalogue, load, read
from corpus.errors import BadCatalogue, WrongUse
from corpus.paper import ASPECTS, Paper

DATA = Path(__file__).parents[2] / "corpus" / "data"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_the_curated_list_is_whole_and_the_survey_is_a_document_of_its_own(catalogue: Catalogue) -> None:
    assert len(catalogue.curated) == 155
    assert catalogue.survey.arxiv == "2410.16411"
    assert catalogue.survey.kind == "survey"
    assert len(catalogue.papers) == 156
    assert len(catalogue.taxonomy) == 35


def test_every_curated_paper_has_a_digest_with_every_aspect(catalogue: Catalogue) -> None:
    for paper in catalogue.curated:
        assert paper.digest is not None
        assert tuple(paper.digest.aspects) == ASPECTS


def test_counts_agree_with_those_that_the_data_file_states(catalogue: Catalogue) -> None:
    for node in json.loads((DATA / "taxonomy.json").read_text())["nodes"]:
        assert len(catalogue.papers_of(node["slug"], table=False)) == node["papers_subtree"], node["slug"]
        direct = catalogue.papers_of(node["slug"], subcategories=False, table=False)
        assert len(direct) == node["papers_direct"], node["slug"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ma2023eureka", "ma2023eureka"),
        ("eureka", "ma2023eureka"),
        ("2310.12931", "ma2023eureka"),
        ("arXiv:2310.12931v2", "ma2023eureka"),
        ("https://arxiv.org/abs/2310.12931v1", "ma2023eureka"),
        ("https://arxiv.org/pdf/2310.12931.pdf", "ma2023eureka"),
        ("10.1109/lra.2024.3363530", "ada2023srdp"),
        ("decision-diffuser", "ajay2022decisiondiffuser"),
        ("DD", "ajay2022decisiondiffuser"),
        ("is conditional generative modeling all you need for decision making", "ajay2022decisiondiffuser"),
        ("Think before you act", "mezghani2023think"),
        ("DALL·E", "ramesh2021dalle"),
        ("the survey", "moroncelli2024duality"),
    ],
)
def test_a_paper_is_found_by_any_of_its_names(catalogue: Catalogue, name: str, expected: str) -> None:
    assert catalogue.paper(name).id == expected


def test_an_unknown_paper_suggests_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(WrongUse, match=r"'Eurka'.*Did you mean .*ma2023eureka"):
        catalogue.paper("Eurka")
    with pytest.raises(WrongUse, match=r"1999\.00001"):
        catalogue.paper("1999.00001")
    with pytest.raises(WrongUse):
        catalogue.paper("???")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LLM", "generative-tools-for-rl/base-model/llm"),
        ("large language models", "generative-tools-for-rl/base-model/llm"),
        ("reward-signal/llm", "generative-tools-for-rl/task/reward-signal/llm"),
        ("Reward Signal", "generative-tools-for-rl/task/reward-signal"),
        ("generative-tools-for-rl/task/", "generative-tools-for-rl/task"),
        ("Generative Tools for RL › Task › Reward Signal", "generative-tools-for-rl/task/reward-signal"),
        ("task > reward signal", "generative-tools-for-rl/task/reward-signal"),
        ("llm-planning", "generative-tools-for-rl/task/planning-exploration/llm-planning"),
    ],
)
def test_a_category_is_found_by_any_of_its_names(catalogue: Catalogue, name: str, expected: str) -> None:
    assert catalogue.category(name).slug == expected


def test_an_ambiguous_category_lists_every_candidate(catalogue: Catalogue) -> None:
    with pytest.raises(WrongUse) as caught:
        catalogue.category("diffusion")
    for slug in ("reward-signal/diffusion", "planning-exploration/diffusion", "base-model/diffusion-model"):
        assert slug in str(caught.value)


def test_an_unknown_category_suggests_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(WrongUse, match=r"Did you mean .*reward-signal"):
        catalogue.category("reward signl")


def test_papers_of_a_category_join_the_list_with_the_table(catalogue: Catalogue) -> None:
    listed = {paper.id for paper in catalogue.papers_of("LLM", table=False)}
    joined = {paper.id for paper in catalogue.papers_of("LLM")}
    assert len(listed) == 11
    assert listed < joined
    assert "ahn2022saycan" in joined - listed


def test_the_tree_is_walked_both_ways(catalogue: Catalogue) -> None:
    tree = catalogue.taxonomy
    slug = "generative-tools-for-rl/task/reward-signal"
    assert tree.path_name(slug) == "Generative Tools for RL › Task › Reward Signal"
    assert [node.key for node in tree.ancestors(slug)] == ["generative-tools-for-rl", "task"]
    assert [node.key for node in tree.subtree(slug)] == [
        "reward-signal",
        *(n.key for n in tree.children(slug)),
    ]
    assert [root.name for root in tree.roots] == ["Generative Tools for RL", "RL for Generative Policies"]
    with pytest.raises(WrongUse, match="no/such"):
        tree.children("no/such")


def test_labels_are_short(catalogue: Catalogue) -> None:
    assert catalogue.by_id["ma2023eureka"].label == "EUREKA"
    assert catalogue.by_id["janson2015deterministic"].label == "Deterministic sampling-based motion planning"
    assert max(len(paper.label) for paper in catalogue.papers) <= 48


def test_own_papers_join_a_new_catalogue_and_leave_the_old_alone(catalogue: Catalogue) -> None:
    slug = "generative-tools-for-rl/task/reward-signal"
    grown = catalogue.with_papers([Paper(id="own-1", title="PLAS: Latent Actions", categories=(slug,))])
    assert grown.paper("plas").id == "own-1"
    assert grown.own == (grown.by_id["own-1"],)
    assert grown.by_id["own-1"] in grown.papers_of(slug)
    assert "own-1" not in catalogue.by_id


def test_a_name_shared_by_two_papers_lists_both(catalogue: Catalogue) -> None:
    grown = catalogue.with_papers([Paper(id="own-eureka", title="Something else", short_name="Eureka")])
    with pytest.raises(WrongUse, match=r"ma2023eureka or own-eureka"):
        grown.paper("Eureka")


def test_an_own_paper_cannot_take_a_taken_id_or_an_unknown_category(catalogue: Catalogue) -> None:
    with pytest.raises(WrongUse, match="ma2023eureka"):
        catalogue.with_papers([Paper(id="ma2023eureka", title="Mine")])
    with pytest.raises(WrongUse, match="no/such"):
        catalogue.with_papers([Paper(id="own-1", title="Mine", categories=("no/such",))])


def _set(field: str, value: object) -> Callable[[Any], None]:
    return lambda papers: papers[0].__setitem__(field, value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set("year", "2023"), r"papers.json, ada2023srdp, field 'year'"),
        (_set("title", None), r"papers.json, ada2023srdp, field 'title'"),
        (_set("authors", "Ada"), r"papers.json, ada2023srdp, field 'authors'"),
        (_set("categories", ["no/such"]), r"field 'categories': no category 'no/such'"),
        (_set("categories", []), r"field 'categories'"),
        (_set("arxiv", "2310.12931"), r"field 'arxiv': ada2023srdp has it too"),
        (_set("confidence", "sure"), r"field 'confidence'"),
        (_set("pdf_url", "ftp://x"), r"field 'pdf_url'"),
        (_set("id", "ma2023eureka"), r"two papers share an id|no such paper"),
        (lambda papers: papers.append([]), r"papers.json, record 156: expected an object"),
        (lambda papers: papers.pop(0), r"digests.json, ada2023srdp"),
    ],
)
def test_broken_papers_are_named_by_file_record_and_field(
    tmp_path: Path, change: Callable[[Any], None], message: str
) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    papers = json.loads((folder / "papers.json").read_text())
    change(papers)
    (folder / "papers.json").write_text(json.dumps(papers))
    with pytest.raises(BadCatalogue, match=message):
        read(folder)


def test_a_broken_tree_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    tree = json.loads((folder / "taxonomy.json").read_text())
    tree["nodes"][0]["parent"] = tree["nodes"][1]["slug"]
    (folder / "taxonomy.json").write_text(json.dumps(tree))
    with pytest.raises(BadCatalogue, match="own ancestors"):
        read(folder)


def test_files_that_are_missing_or_not_json_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match=r"taxonomy.json cannot be read"):
        read(tmp_path)
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    (folder / "digests.json").write_text("[")
    with pytest.raises(BadCatalogue, match=r"digests.json is not JSON"):
        read(folder)
