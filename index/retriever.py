"""The search as a LangChain retriever: the one that answers are made with, usable in anyone's chain."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr

from index.search import Hit, Search


class PassageDocument(Document):
    """A passage as a LangChain document; its metadata has the fields of `duality search --json`."""

    _hit: Hit = PrivateAttr()

    @property
    def hit(self) -> Hit:
        """The passage with its rank and scores."""
        return self._hit


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents.

    Attributes:
        search: The search to ask.
        k: How many passages at the most.
        papers: Search only these paper ids; None searches all.
        prefer: Ids of papers whose passages come first.
    """

    search: Search
    k: int = 8
    papers: list[str] | None = None
    prefer: list[str] = Field(default_factory=list)
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def hits(self, query: str) -> list[Hit]:
        """As `invoke`, as the search gives them."""
        return [document.hit for document in self.invoke(query) if isinstance(document, PassageDocument)]

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        found = self.search(query, self.k, papers=self.papers, prefer=self.prefer, tables=True)
        return [as_document(hit, self.search) for hit in found]


def as_document(hit: Hit, search: Search) -> PassageDocument:
    """One hit as a LangChain document."""
    metadata = search.described(hit)
    document = PassageDocument(id=hit.passage.id, page_content=metadata.pop("text"), metadata=metadata)
    document._hit = hit  # noqa: SLF001 - pydantic takes no private attribute at the making
    return document
