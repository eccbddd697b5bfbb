"""The Chinese catalogue is complete and its parameters are those of the English."""

from tools import catalogue


def test_every_message_has_its_chinese_words_with_the_same_parameters():
    faults = catalogue.faults()
    assert not faults, "Run `.venv/bin/python tools/catalogue.py`, then fill in messages.po:\n" + "\n".join(faults)


def test_the_catalogue_holds_what_the_code_says_now_and_nothing_else():
    assert catalogue.PO.read_bytes() == catalogue.as_text(catalogue.merged()), (
        f"Run `.venv/bin/python tools/catalogue.py` and commit {catalogue.PO.name}."
    )


def test_a_wrong_parameter_is_found():
    message = catalogue.Message("Case %(name)s opened", "案件 %(title)s 已开启")
    assert list(catalogue.faults_of(message)) == [
        "parameters differ: 'Case %(name)s opened' has ['%(name)s'], '案件 %(title)s 已开启' has ['%(title)s']"
    ]
