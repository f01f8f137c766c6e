"""Operations that are rendered once do what they do one by one, and are refused where they would not."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from core.migrating import RenderedOnce

BRIDGE = migrations.CreateModel(
    "Bridge",
    [
        ("id", models.AutoField(primary_key=True)),
        ("toll", models.ForeignKey("crossings.Toll", models.CASCADE)),
    ],
)
TOLL = migrations.CreateModel("Toll", [("id", models.AutoField(primary_key=True))])
PRICE = migrations.AddField("Toll", "cents", models.IntegerField(default=0))
NOT_NEGATIVE = migrations.AddConstraint(
    "Toll", models.CheckConstraint(condition=models.Q(cents__gte=0), name="toll_not_negative")
)


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("crossings_")}


@pytest.mark.django_db
def test_operations_are_done_and_undone_together() -> None:
    states = [ProjectState()]
    # A bridge may name a toll that is created after it.
    steps = [RenderedOnce([BRIDGE, TOLL]), RenderedOnce([PRICE, NOT_NEGATIVE])]
    for step in steps:
        states.append(states[-1].clone())
        step.state_forwards("crossings", states[-1])
        with connection.schema_editor(atomic=False) as editor:
            step.database_forwards("crossings", editor, states[-2], states[-1])

    toll = states[-1].apps.get_model("crossings", "Toll")
    assert tables() == {"crossings_bridge", "crossings_toll"}
    with pytest.raises(IntegrityError, match="toll_not_negative"), transaction.atomic():
        toll.objects.create(cents=-1)

    for step, after, before in zip(reversed(steps), reversed(states), reversed(states[:-1]), strict=False):
        with connection.schema_editor(atomic=False) as editor:
            step.database_backwards("crossings", editor, after, before)
    assert tables() == set()


def test_operations_render_no_models_before_somebody_asks() -> None:
    state = ProjectState()
    TOLL.state_forwards("crossings", state)
    assert state.apps.get_models()

    RenderedOnce([BRIDGE, PRICE, NOT_NEGATIVE]).state_forwards("crossings", state)

    assert "apps" not in vars(state)
    assert {model.__name__ for model in state.apps.get_models()} == {"Bridge", "Toll"}


@pytest.mark.parametrize(
    "change", [PRICE, NOT_NEGATIVE, migrations.AlterModelOptions("toll", {"ordering": ["id"]})]
)
def test_change_of_a_model_that_the_same_operations_create_is_refused(change) -> None:
    with pytest.raises(ValueError, match="create that model"):
        RenderedOnce([TOLL, change])
