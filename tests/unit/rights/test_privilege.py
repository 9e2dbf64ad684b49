"""Access lists: what is missing, what is too much, and what a new owner makes of them."""

from fleet.rights.privilege import PUBLIC, Surplus, missing, reowned, surplus

from .world import entry

READ = {"reader": frozenset({"SELECT"})}


def test_what_is_held_is_not_missing() -> None:
    assert missing("owner", READ, (entry("reader", "SELECT"),)) == {}
    assert missing("owner", READ, (entry("reader", "INSERT"),)) == READ


def test_what_a_stranger_handed_on_does_not_count() -> None:
    assert missing("owner", READ, (entry("reader", "SELECT", grantor="stranger"),)) == READ


def test_what_is_not_wanted_is_too_much_by_grantee() -> None:
    held = (entry("reader", "SELECT"), entry("reader", "TRUNCATE"), entry("reader", "INSERT"), entry(PUBLIC, "SELECT"))
    assert surplus("owner", READ, held) == (
        Surplus("public", ("SELECT",)),
        Surplus("reader", ("INSERT", "TRUNCATE")),
    )


def test_what_the_owner_holds_is_never_too_much() -> None:
    assert surplus("owner", {}, (entry("owner", "TRUNCATE"),)) == ()


def test_of_a_wanted_right_only_handing_it_on_is_too_much() -> None:
    (found,) = surplus("owner", READ, (entry("reader", "SELECT", grantable=True),))
    assert found.revoke('TABLE "t"') == 'REVOKE GRANT OPTION FOR SELECT ON TABLE "t" FROM "reader" CASCADE;'


def test_what_was_handed_on_is_too_much_of_another_kind() -> None:
    (found,) = surplus("owner", READ, (entry("other", "SELECT", grantor="reader"),))
    assert found.foreign


def test_a_right_of_everybody_is_revoked_from_public() -> None:
    assert Surplus(PUBLIC, ("USAGE",)).revoke('SCHEMA "s"') == 'REVOKE USAGE ON SCHEMA "s" FROM PUBLIC CASCADE;'


def test_a_right_in_a_column_names_the_column_with_each_privilege() -> None:
    found = Surplus("reader", ("SELECT", "UPDATE")).revoke('TABLE "t"', '"c"')
    assert found == 'REVOKE SELECT ("c"), UPDATE ("c") ON TABLE "t" FROM "reader" CASCADE;'


def test_a_new_owner_takes_the_place_of_the_old_one() -> None:
    held = (
        entry("old", "SELECT", grantor="old"),
        entry("new", "SELECT", grantor="old"),
        entry("x", "SELECT", grantor="old"),
    )
    assert reowned(held, "old", "new") == (entry("new", "SELECT", grantor="new"), entry("x", "SELECT", grantor="new"))
