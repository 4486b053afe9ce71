"""What is blurred can't be found out again; what the models' maps say becomes boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.blurring import BLOCKS, FILLED_BELOW, MOST, SHADES, Box, BoxKind, blur, coarse, faces_of, plates_of, scaled

HEIGHT, WIDTH = 120, 160
boxes = st.builds(
    Box,
    kind=st.sampled_from(BoxKind),
    left=st.integers(-40, WIDTH + 20),
    top=st.integers(-40, HEIGHT + 20),
    width=st.integers(1, 120),
    height=st.integers(1, 120),
)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


@given(st.lists(boxes, max_size=4), st.integers(0, 1000))
def test_outside_of_the_boxes_nothing_changes_and_inside_few_means_decide(marked: list[Box], seed: int) -> None:
    """Two pictures with the same few means in their boxes have the same copy: nothing finer can be got back from it."""
    whole = noise(seed)
    copy = blur(whole, marked)
    inside = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for one in marked:
        if (part := one.within(WIDTH, HEIGHT)) is not None:
            inside[part.top : part.top + part.height, part.left : part.left + part.width] = True
    assert np.array_equal(copy[~inside], whole[~inside])
    for one in marked[:1] if len(marked) == 1 else []:
        if (part := one.within(WIDTH, HEIGHT)) is not None:
            area = (slice(part.top, part.top + part.height), slice(part.left, part.left + part.width))
            assert len(np.unique(coarse(whole[area], BLOCKS).reshape(-1, 3), axis=0)) <= BLOCKS**2
            if part.kind is not BoxKind.FACE or min(part.width, part.height) < FILLED_BELOW:
                assert len(np.unique(copy[area].reshape(-1, 3), axis=0)) == 1


@given(st.integers(0, 1000))
def test_pixels_of_a_face_that_change_places_within_a_block_change_nothing(seed: int) -> None:
    whole = noise(seed)
    face = Box(BoxKind.FACE, 20, 20, 80, 80)
    other = whole.copy()
    random = np.random.default_rng(seed + 1)
    for row in range(20, 100, 20):
        for column in range(20, 100, 20):
            block = other[row : row + 20, column : column + 20].reshape(-1, 3)
            other[row : row + 20, column : column + 20] = random.permutation(block).reshape(20, 20, 3)
    assert not np.array_equal(whole, other) and np.array_equal(blur(whole, [face]), blur(other, [face]))


PLATES = {  # two texts that cover about as much: the copy is the same one even colour
    "upside down": lambda part: part[::-1],
    "mirrored": lambda part: part[:, ::-1],
    "its letters in another order": lambda part: np.roll(part, 31, axis=1),
}


@pytest.mark.parametrize("change", PLATES.values(), ids=PLATES)
def test_a_plate_is_one_even_colour_whatever_stands_on_it(change) -> None:  # type: ignore[no-untyped-def]
    whole, plate = noise(7), Box(BoxKind.PLATE, 10, 10, 100, 30)
    other = whole.copy()
    other[10:40, 10:110] = change(whole[10:40, 10:110])
    copy = blur(whole, [plate])
    assert np.array_equal(copy, blur(other, [plate]))
    colour = np.unique(copy[10:40, 10:110].reshape(-1, 3), axis=0)
    assert len(colour) == 1 and all(part % (256 // SHADES) == 128 // SHADES for part in colour[0].tolist())


def test_a_plate_before_a_face_stays_one_colour() -> None:
    whole = noise(3)
    marked = [Box(BoxKind.PLATE, 30, 50, 60, 20), Box(BoxKind.FACE, 20, 20, 90, 90)]
    assert len(np.unique(blur(whole, marked)[50:70, 30:90].reshape(-1, 3), axis=0)) == 1


def test_faces_of_maps() -> None:
    """One face in four cells is one box, in pixels, with a margin; a faint one is none."""
    heat, scale, offset = (np.zeros(shape, dtype=np.float32) for shape in ((30, 40), (2, 30, 40), (2, 30, 40)))
    heat[10:12, 20:22] = [[0.6, 0.9], [0.7, 0.5]]
    heat[25, 5] = 0.2
    scale[0], scale[1] = np.log(10), np.log(5)  # 40 pixels high, 20 wide
    (found,) = faces_of(heat, scale, offset)
    assert found == Box(BoxKind.FACE, 68, 14, 36, 56, 0.9)
    assert faces_of(heat * 0, scale, offset) == []


def test_never_more_faces_than_are_shown() -> None:
    heat = np.full((80, 80), 0.9, dtype=np.float32)
    scale, offset = np.zeros((2, 80, 80), dtype=np.float32), np.zeros((2, 80, 80), dtype=np.float32)
    assert len(faces_of(heat, scale, offset)) == MOST


LINES: dict[str, tuple[tuple[int, int], bool]] = {  # height and width of what the map marks
    "a plate": ((8, 70), True),
    "two rows of a yellow plate": ((20, 60), True),
    "a long sentence": ((8, 250), False),
    "upright letters": ((80, 10), False),
    "a shop's sign": ((90, 280), False),
    "a speck": ((2, 20), False),
}


@pytest.mark.parametrize(("shape", "proposed"), LINES.values(), ids=LINES)
def test_which_lines_of_text_may_be_a_plate(shape: tuple[int, int], proposed: bool) -> None:
    ink = np.zeros((240, 320), dtype=np.float32)
    ink[50 : 50 + shape[0], 10 : 10 + shape[1]] = 0.9
    assert bool(plates_of(ink)) is proposed


def test_a_box_of_the_smaller_picture_hides_as_much_in_the_larger() -> None:
    assert scaled(Box(BoxKind.PLATE, 1, 1, 3, 3, 0.5), 2.5, 2.5) == Box(BoxKind.PLATE, 2, 2, 8, 8, 0.5)
