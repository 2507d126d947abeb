import pytest
from langchain_core.runnables import RunnableLambda

from index.retriever import PassageRetriever
from tests.indexes import COST, LMA3, OCTO, build, few, paper, search


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retriever")
    build(folder / "index", paper(folder / f"{LMA3}.pdf", COST))
    opened = search(folder / "index")
    yield opened
    opened.close()


def test_documents_carry_the_fields_of_the_search(found):
    document = PassageRetriever(search=found, k=3).invoke("What does a given seed cost?")[0]
    assert "USD 240" in document.page_content
    assert document.id
    assert document.metadata == {
        "rank": 1,
        "paper_id": LMA3,
        "title": few().by_id[LMA3].title,
        "source": "pdf",
        "page": 1,
        "page_label": "1",
        "section": "1 Part 1",
        "categories": list(few().by_id[LMA3].all_categories),
        "kind": "curated",
    }


def test_it_keeps_to_its_number_and_papers(found):
    documents = PassageRetriever(search=found, k=2, papers=[OCTO]).invoke("robot policy")
    assert len(documents) == 2
    assert {d.metadata["paper_id"] for d in documents} == {OCTO}


def test_it_stands_in_a_chain_of_ones_own(found):
    chain = PassageRetriever(search=found) | RunnableLambda(lambda documents: documents[0].page_content)
    assert "USD 240" in chain.invoke("What does a given seed cost?")


def test_it_can_be_awaited(found):
    import asyncio

    documents = asyncio.run(PassageRetriever(search=found, k=1).ainvoke("What does a given seed cost?"))
    assert "USD 240" in documents[0].page_content
