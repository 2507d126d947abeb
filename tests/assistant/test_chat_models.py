import threading
import time
from pathlib import Path

import pytest

from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import available, resolve
from assistant.settings import Home, load
from corpus.errors import ModelNotAvailable, WrongUse

KEYS = ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "ANTHROPIC_API_KEY", "MY_KEY")


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def weights_on_disk(monkeypatch):
    monkeypatch.setattr("index.weights.is_present", lambda *_: True)


def settings(**values):
    return load(
        {name.replace("__", "."): value for name, value in values.items()},
        environ={},
        home=Home(Path("/none")),
    )


def test_auto_answers_with_quotes_while_the_weights_are_missing_and_says_why(home):
    chosen = resolve(settings(), home)
    assert (chosen.kind, chosen.chat) == ("extractive", None)
    assert "weights are not on this machine yet" in chosen.reason
    assert "duality models pull" in chosen.reason


def test_auto_takes_the_embedded_model_once_its_weights_are_there(home, weights_on_disk):
    chosen = resolve(settings(threads=1, max_answer_tokens=99, silence_seconds=7), home)
    assert chosen.kind == "embedded"
    assert chosen.chat.model_path.parent == home.weights / "qwen"
    assert (chosen.chat.threads, chosen.chat.max_tokens, chosen.chat.patience) == (1, 99, 7)
    assert chosen.evidence_tokens < 1000


def test_a_key_in_the_environment_selects_no_provider(home, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    assert resolve(settings(), home).kind == "extractive"


def test_the_embedded_model_asked_for_by_name_without_weights_is_an_error_with_a_remedy(home):
    with pytest.raises(ModelNotAvailable, match="duality models pull"):
        resolve(settings(model="embedded"), home)


def test_evidence_tokens_set_by_the_user_win(home):
    assert resolve(settings(model="extractive", evidence_tokens=777), home).evidence_tokens == 777


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("embeded", "embedded"),
        ("extractiv", "extractive"),
        ("gpt", "provider:model"),
        ("opnai:gpt-4o", "openai:gpt-4o"),
    ],
)
def test_an_unknown_model_is_refused_with_the_nearest(home, name, hint):
    with pytest.raises(WrongUse) as refused:
        resolve(settings(model=name), home)
    assert hint in str(refused.value)


def test_a_named_provider_without_its_key_names_the_variable(home):
    with pytest.raises(ModelNotAvailable, match="OPENAI_API_KEY"):
        resolve(settings(model="openai:gpt-4o"), home)


def test_a_named_provider_without_its_package_names_what_to_install(home, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "langchain_anthropic", None)
    for key in ("", "sk-test"):
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        with pytest.raises(ModelNotAvailable, match="pip install langchain-anthropic"):
            resolve(settings(model="anthropic:claude"), home)


def test_a_named_provider_gets_only_the_options_that_the_user_set(home, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    chosen = resolve(settings(model="openai:gpt-4o"), home)
    assert chosen.kind == "remote"
    assert (chosen.chat.temperature, chosen.chat.max_tokens) == (None, None)
    chosen = resolve(settings(model="openai:gpt-4o", temperature=0, max_answer_tokens=500), home)
    assert (chosen.chat.temperature, chosen.chat.max_tokens) == (0, 500)


def test_at_a_base_url_the_name_is_sent_as_it_is_with_the_key_of_the_named_variable(home, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-mine")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    chosen = resolve(
        settings(model="org/some:model", base_url="http://127.0.0.1:9/v1", api_key_env="MY_KEY"), home
    )
    assert chosen.chat.model == "org/some:model"
    assert chosen.chat.api_key.get_secret_value() == "sk-mine"
    assert "http://127.0.0.1:9/v1" in chosen.reason


def test_a_base_url_needs_no_key_but_a_model(home):
    chosen = resolve(settings(model="local", base_url="http://127.0.0.1:9/v1"), home)
    assert chosen.chat.api_key.get_secret_value() == "none"
    with pytest.raises(WrongUse, match="set model"):
        resolve(settings(base_url="http://127.0.0.1:9/v1"), home)


def test_the_list_of_models_says_what_is_in_use_and_what_is_on_disk(home, weights_on_disk):
    rows = {row.name: row for row in available(settings(), home)}
    assert {name: row.in_use for name, row in rows.items()} == {
        "extractive": False,
        "embedded": True,
        "minilm": True,
    }
    assert rows["embedded"].size_bytes == 1_117_320_768


def test_the_list_of_models_tells_how_to_fetch_what_is_missing(home):
    rows = {row.name: row for row in available(settings(model="openai:gpt-4o"), home)}
    assert "duality models pull embedded" in rows["embedded"].note
    assert [name for name, row in rows.items() if row.in_use] == ["minilm", "openai:gpt-4o"]


def test_a_missing_or_foreign_file_is_no_chat_model(tmp_path):
    from assistant.chat.embedded import EmbeddedChat

    with pytest.raises(ModelNotAvailable, match="duality models pull"):
        EmbeddedChat(model_path=tmp_path / "none.gguf").invoke("hi")
    page = tmp_path / "page.gguf"
    page.write_text("<html>")
    with pytest.raises(ModelNotAvailable, match="not a chat model"):
        EmbeddedChat(model_path=page).invoke("hi")


def test_a_damaged_file_is_reported_and_the_process_lives(tmp_path):
    from assistant.chat.embedded import EmbeddedChat

    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(1000))
    with pytest.raises(ModelNotAvailable, match="damaged"):
        EmbeddedChat(model_path=broken).invoke("hi")


def test_too_little_memory_is_found_before_loading(tmp_path, monkeypatch):
    from assistant.chat.embedded import EmbeddedChat

    monkeypatch.setattr("assistant.chat.llama.memory_available", lambda: 10)
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF" + bytes(1000))
    with pytest.raises(ModelNotAvailable, match="memory"):
        EmbeddedChat(model_path=file).invoke("hi")


class FailingLlama:
    """Stands where xllamacpp's server would: sends what it is given, then ends or raises."""

    listening_address = ""

    def __init__(self, *events, error=None):
        self.events, self.error, self.asked = events, error, []

    def handle_chat_completions(self, body, received):
        self.asked.append(body)
        for event in self.events:
            if received(event):
                return
        if self.error:
            raise self.error


def word(text):
    return {"choices": [{"finish_reason": None, "delta": {"content": text}}]}


@pytest.fixture
def llama(tmp_path, monkeypatch):
    from assistant.chat.embedded import EmbeddedChat

    def made(server, **options):
        file = tmp_path / "m.gguf"
        file.write_bytes(b"GGUF" + bytes(1000))
        monkeypatch.setattr("assistant.chat.llama._load", lambda *_: server)
        monkeypatch.setattr("assistant.chat.llama._OPEN", {})
        return EmbeddedChat(model_path=file, **options)

    return made


def test_a_model_that_dies_in_mid_answer_says_so_after_what_it_wrote(llama):
    stream = llama(FailingLlama(word("It "), word("costs "), error=RuntimeError("boom"))).stream("?")
    assert [next(stream).text, next(stream).text] == ["It ", "costs "]
    with pytest.raises(ModelNotAvailable, match="died in mid-answer: boom"):
        next(stream)


def test_a_model_that_goes_silent_is_given_up(llama):
    class Silent(FailingLlama):
        def handle_chat_completions(self, body, received):
            received(word("It "))
            ended.wait(20)

    ended = threading.Event()
    try:
        with pytest.raises(ModelNotAvailable, match="silent"):
            llama(Silent(), patience=0.1).invoke("?")
    finally:
        ended.set()


def test_a_reply_that_breaks_off_without_an_end_is_an_error(llama):
    with pytest.raises(ModelNotAvailable, match="died in mid-answer"):
        llama(FailingLlama(word("It "))).invoke("?")


def test_an_error_of_the_model_is_a_sentence_for_the_user(llama):
    long = {"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 4096}}
    with pytest.raises(WrongUse, match=r"9000 tokens.*4096"):
        llama(FailingLlama(long)).invoke("?")


def test_two_ways_to_bind_the_form_of_a_reply_exclude_each_other(llama):
    with pytest.raises(ValueError, match="exclude each other"):
        llama(FailingLlama()).invoke("?", grammar="root ::= [a]", response_format={"type": "object"})


def test_the_scripted_model_streams_words_and_keeps_what_it_was_asked():
    chat = ScriptedChat(replies=["One two.", "Three."])
    assert [c.text for c in chat.stream("first?") if c.text] == ["One ", "two."]
    reply = chat.bind(grammar="g").invoke("second?", stop=["x"])
    assert reply.text == "Three."
    assert reply.usage_metadata["output_tokens"] == 1
    assert [p[-1].text for p in chat.prompts] == ["first?", "second?"]
    assert chat.options[1] == {"grammar": "g", "stop": ["x"]}
    with pytest.raises(AssertionError, match="2 replies"):
        chat.invoke("third?")


def test_the_scripted_model_dies_in_mid_answer_when_told():
    stream = ScriptedChat(replies=["One two three."], dies_after=2).stream("?")
    assert [next(stream).text, next(stream).text] == ["One ", "two "]
    with pytest.raises(ModelNotAvailable, match="died"):
        next(stream)


def test_the_scripted_model_stalls_until_it_may_go_on_or_is_cancelled():
    chat = ScriptedChat(replies=["One two.", "One two."], stalls_after=1)
    given_up = threading.Event()
    threading.Timer(0.1, given_up.set).start()
    assert chat.invoke("?", cancelled=given_up.is_set).text == "One "
    threading.Timer(0.1, chat.go_on).start()
    assert chat.invoke("?").text == "One two."


@pytest.fixture(scope="module")
def qwen(gguf):
    from assistant.chat.embedded import EmbeddedChat

    return EmbeddedChat(model_path=gguf)


@pytest.mark.model
def test_the_embedded_model_streams_and_counts_tokens(qwen):
    chunks = list(qwen.stream([("system", "Reply in one word."), ("human", "The capital of France?")]))
    assert "Paris" in "".join(c.text for c in chunks)
    last = chunks[-1]
    assert last.usage_metadata["output_tokens"] >= 1
    assert last.response_metadata["finish_reason"] == "stop"
    assert last.response_metadata["tokens_read_per_second"] > 0
    assert qwen.get_num_tokens("Decision Diffuser") in range(2, 8)


@pytest.mark.model
def test_the_embedded_model_keeps_to_the_grammar_of_marked_sentences(qwen):
    from assistant.chat.grammar import marked_sentences_grammar

    reply = qwen.bind(grammar=marked_sentences_grammar([7], 1), max_tokens=80).invoke(
        "How many legs has a dog?"
    )
    assert reply.text.count("[7]") == 1
    assert reply.response_metadata["finish_reason"] == "stop"


@pytest.mark.model
def test_the_embedded_model_keeps_to_a_schema(qwen):
    schema = {"type": "object", "properties": {"legs": {"type": "integer"}}, "required": ["legs"]}
    assert '"legs"' in qwen.invoke("How many legs has a dog?", response_format=schema).text


@pytest.mark.model
def test_closing_the_stream_really_stops_the_embedded_model(qwen):
    stream = qwen.stream("Count from 1 to 1000.", max_tokens=2000)
    next(stream)
    stream.close()
    begun = time.monotonic()
    qwen.invoke("Say hi.", max_tokens=1)
    assert time.monotonic() - begun < 20  # 2,000 tokens take over a minute


@pytest.mark.model
def test_a_cancelled_reply_ends_early_and_says_so(qwen):
    stop = threading.Event()
    threading.Timer(3, stop.set).start()
    reply = qwen.invoke("Count from 1 to 1000.", max_tokens=2000, cancelled=stop.is_set)
    assert reply.response_metadata["finish_reason"] == "cancelled"


@pytest.mark.model
def test_two_questions_at_once_are_answered_one_after_the_other(qwen):
    replies = []
    threads = [
        threading.Thread(
            target=lambda n=n: replies.append(qwen.invoke(f"Write only the number {n}.", max_tokens=8).text)
        )
        for n in (3, 8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("".join(filter(str.isdigit, r))[:1] for r in replies) == ["3", "8"]


@pytest.mark.model
def test_a_warmed_up_system_prompt_is_not_read_again(qwen):
    system = "You answer questions about robots. " * 20
    qwen.warm_up(system).join()
    reply = qwen.invoke([("system", system), ("human", "Hi.")], max_tokens=1)
    assert reply.usage_metadata["input_token_details"]["cache_read"] > 100


@pytest.mark.model
def test_a_prompt_longer_than_the_context_is_refused_in_a_sentence(qwen):
    with pytest.raises(WrongUse, match="shorter question"):
        qwen.invoke("robot " * 6000)
