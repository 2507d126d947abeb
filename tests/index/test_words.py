from hypothesis import given, settings
from hypothesis import strategies as st

from index.words import in_pairs, search_words, stem, stems


def test_stop_words_are_left_out_and_each_word_comes_once():
    assert search_words("How does the reward meet the Reward model?") == ["reward", "meet", "model"]


def test_a_question_of_stop_words_alone_keeps_its_words():
    assert search_words("How is it?") == ["how", "is", "it"]


def test_joined_words_stay_whole():
    assert search_words("gpt-3.5-turbo and RT-2.") == ["gpt-3.5-turbo", "rt-2"]


def test_forms_of_a_word_meet_in_its_stem():
    assert stem("rewards") == stem("rewarding") == stem("reward")
    assert stems("policies policy") == [stem("policy")]


def test_nothing_to_look_up_in_blanks_and_signs():
    assert search_words(' ?!*"() ') == []


@settings(deadline=None)
@given(st.text())
def test_search_words_never_hold_what_the_keyword_index_takes_for_syntax(text):
    for word in search_words(text):
        assert word
        assert not set(word) & set('"*():^+{} \t\n')


def test_scripts_without_blanks_are_looked_up_by_pairs_of_letters():
    assert search_words("控制窗 wipes") == ["控制", "制窗", "wipes"]
    assert in_pairs("擦窗AB人").split() == ["擦窗", "AB", "人"]
    assert in_pairs("plain words") == "plain words"
