"""Association: what one tag alone tells about the classes."""

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from exifds.export.record import Feature
from exifds.sandbox.studio import Studio
from exifds.train.analyze.association import Association, associations, bins, exchanged, information
from exifds.train.analyze.clusters import Clusters
from exifds.train.analyze.sample import EV100, Sample
from tests.train import staged

NULL = ("max_aperture", "orientation", "light_source", "sharpness", "saturation", "contrast")
MANY = Studio(owners=144)


def found_in(sample: Sample) -> dict[str, Association]:
    """By tag."""
    return {one.tag: one for one in associations(sample, Clusters.meet(sample.group))}


def estimate(one: Association) -> float:
    """Of a tag of which something is known."""
    assert one.value is not None
    return one.value.estimate


def test_single_tags_tell_what_the_truth_says() -> None:
    """Areas of exposure time .77, f-number .74 and ISO .72, light .90; tags that tell nothing cover 0.5."""
    found = found_in(staged.sample(6000, MANY))
    assert estimate(found["exposure_time"]) == pytest.approx(0.77, abs=0.03)
    assert estimate(found["f_number"]) == pytest.approx(0.74, abs=0.03)
    assert estimate(found["iso"]) == pytest.approx(0.72, abs=0.03)
    assert estimate(found["ev100"]) == pytest.approx(0.90, abs=0.03)
    assert found["exposure_time"].more == "indoor"
    assert found["f_number"].more == "outdoor"
    for tag in NULL:
        value = found[tag].value
        assert value is not None
        assert not value.excludes(0.5), tag
        assert not found[tag].clear


def test_the_most_telling_tag_comes_first() -> None:
    """And those of which nothing is known come last."""
    found = associations(staged.sample(3000, MANY), Clusters.meet(staged.sample(3000, MANY).group))
    assert [one.tag for one in found[:3]] == ["brightness", "ev100", "exposure_time"]
    assert {one.tag for one in found[3:5]} == {"f_number", "iso"}
    assert [one.value for one in found[-4:]] == [None] * 4


def test_a_category_tells_by_its_codes() -> None:
    """Whatever their order, and as much as is true; learned from other photos, so chance is not rewarded."""
    sample = staged.sample(4000, MANY)
    number = [feature.name for feature in sample.features].index("light_source")
    values, present = sample.values.copy(), sample.present.copy()
    rng = np.random.default_rng(0)
    values[:, number] = np.where(sample.labels == 1, rng.choice([2, 9], 4000), rng.choice([1, 4, 11], 4000))
    wrong = rng.random(4000) < 0.2
    values[wrong, number] = rng.choice([1, 2, 4, 9, 11], int(wrong.sum()))
    present[:, number] = True
    found = found_in(staged.sample(4000, MANY, values=values, present=present))["light_source"]
    assert estimate(found) == pytest.approx(0.9, abs=0.02)
    assert found.clear
    assert found.more is None


def test_more_classes_are_told_in_bits() -> None:
    """As much as sklearn counts, less what chance gives; tags that tell nothing cover 0."""
    sample = staged.sample(6000, MANY)
    light = sample.values[:, [feature == EV100 for feature in sample.features]][:, 0]
    labels = np.digitize(light, [8, 11])
    found = found_in(staged.sample(6000, MANY, labels=labels, classes=("a", "b", "c"), by_class=(1, 1, 1)))
    time = sample.values[:, 0]
    plain = mutual_info_score(bins(sample.features[0], time), labels) / np.log(2)
    assert found["exposure_time"].measure == "bits"
    assert estimate(found["exposure_time"]) == pytest.approx(plain, abs=0.01)
    assert found["exposure_time"].clear
    for tag in NULL:
        assert estimate(found[tag]) < 0.005, tag
        assert not found[tag].clear, tag


def test_several_labels_are_averaged() -> None:
    """Of two labels, of which one is told and the other is not, half is left."""
    sample = staged.sample(3000, MANY)
    coin = np.random.default_rng(0).integers(2, size=3000)
    one = found_in(staged.sample(3000, MANY, labels=sample.labels[:, None], classes=("a",), by_class=(1,)))
    two = found_in(
        staged.sample(
            3000, MANY, labels=np.column_stack([sample.labels, coin]), classes=("a", "b"), by_class=(1, 1)
        )
    )
    assert estimate(two["exposure_time"]) == pytest.approx(estimate(one["exposure_time"]) / 2, abs=0.01)


@pytest.mark.parametrize(("classes", "owners", "photos"), [(20, 60, 200), (50, 100, 1000), (5, 12, 1000)])
@pytest.mark.parametrize("differ", [False, True])
def test_noise_tells_nothing_however_empty_the_cells_are(
    classes: int, owners: int, photos: int, differ: bool
) -> None:
    """Neither a tag of the photo nor one of its owner; also where owners take photos of few classes."""
    rng = np.random.default_rng([classes, differ])
    kinds = ("numeric", "category") * 2
    found: list[Association] = []
    for _ in range(6):
        often = rng.pareto(1.1, owners) + 0.2
        owner = np.unique(rng.choice(owners, photos, p=often / often.sum()), return_inverse=True)[1]
        share = rng.dirichlet(np.full(classes, 0.4 if differ else 1e6), owners)
        labels = np.array([rng.choice(classes, p=share[number]) for number in owner])
        columns = [rng.normal(size=photos), rng.integers(0, 9, photos)]
        columns += [rng.normal(size=owners)[owner], rng.integers(0, 9, owners)[owner]]
        sample = Sample(
            features=tuple(Feature(name=str(number), kind=kind) for number, kind in enumerate(kinds)),
            values=np.column_stack(columns).astype(float),
            present=np.ones((photos, 4), bool),
            labels=labels,
            classes=tuple(map(str, range(classes))),
            owner=owner,
            camera=np.full(photos, -1),
            photos=photos,
            by_class=tuple(np.bincount(labels, minlength=classes).tolist()),
            left_out={},
        )
        found += associations(sample, Clusters.meet(sample.group))
    assert sum(one.clear for one in found) <= 1


def test_labels_are_exchanged_between_owners_of_about_as_many_photos() -> None:
    """Photos of one owner get labels of one owner, all of them where both have as many."""
    of = np.repeat(np.arange(23), [40] * 11 + [3] * 12)
    for others in exchanged(of):
        partners = [np.unique(of[others[of == number]]) for number in range(23)]
        assert all(len(partner) == 1 for partner in partners)
        assert sorted(int(partner[0]) for partner in partners) == list(range(23))
        assert sum(int(partner[0]) >= 11 for partner in partners[:10]) <= 1


def test_little_is_told_of_little() -> None:
    """Fewer than 20 photos, one class only, one group only."""
    few = found_in(staged.sample(15, MANY))["iso"]
    assert (few.photos, few.value, few.strength, few.clear) == (15, None, 0, False)
    one_class = found_in(staged.sample(100, MANY, labels=np.zeros(100, int)))["iso"]
    assert one_class.value is None
    one_group = found_in(staged.sample(200, MANY, camera=np.zeros(200, int)))["iso"]
    assert one_group.value is not None
    assert one_group.value.low is None
    assert not one_group.clear


def test_information_of_nothing() -> None:
    """No photos tell nothing."""
    assert float(information(np.zeros((2, 2)))) == 0
