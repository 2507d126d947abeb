"""The search as a LangChain retriever, usable in anyone's chain."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.search import Hit, Search


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents.

    Attributes:
        search: The search to ask.
        k: How many passages at the most.
        papers: Search only these paper ids; None searches all.
    """

    search: Search
    k: int = 8
    papers: list[str] | None = None
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        return [
            as_document(hit, self.search)
            for hit in self.search(query, self.k, papers=self.papers, tables=True)
        ]


def as_document(hit: Hit, search: Search) -> Document:
    """One hit as a LangChain document; the metadata has the fields of `duality search --json`."""
    metadata = search.described(hit)
    return Document(id=hit.passage.id, page_content=metadata.pop("text"), metadata=metadata)
