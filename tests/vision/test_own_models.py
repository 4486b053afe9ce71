"""A city's own model: what its file may hold, its layout, its test set, how right it is, and what it tells at its cameras."""

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from tests.languages import english as english
from tests.pages import words_of
from tests.people import signed_in
from tests.vision.test_recognition import Clock, _now, camera, put, rounds, source  # noqa: F401 - fixtures
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.layouts import Detected, Layout, WrongLayout, boxes_of
from tocsin.engine.frames.measuring import Truth, measured
from tocsin.engine.frames.objects import Seen
from tocsin.portal.commands.recogniser import recogniser
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.queries import enrolled_models, own_model_folder
from tocsin.vision.recognition.rules.onnx_files import check_onnx
from tocsin.vision.recognition.services.own.measuring import measure_own_model
from tocsin.vision.recognition.services.own.using import enrol_own_model, remove_own_model_by_code
from tocsin.vision.recognition.services.working import FrameWorker
from tocsin.vision.sightings.models import Recognition

SIDE = 64
CARD = {
    "code": "hard-hats",
    "version": "1",
    "layout": "yolo",
    "labels": [{"name": "bare head", "kind": "no_helmet"}, {"name": "helmet"}],
    "least_score": 0.5,
    "cannot": "Knows white and yellow helmets by day alone.",
}


def bright_spot(*, nodes: tuple[onnx.NodeProto, ...] = (), domain: str = "") -> bytes:
    """A model that tells a bare head in the upper left quarter, as surely as that quarter is bright: (1, 6, 1) of YOLO."""
    box = numpy_helper.from_array(np.array([[[16.0], [16.0], [32.0], [32.0]]], dtype=np.float32), "box")
    none = numpy_helper.from_array(np.zeros((1, 1, 1), dtype=np.float32), "none")
    constants = [
        numpy_helper.from_array(np.array(values, dtype=np.int64), name)
        for name, values in (("starts", [0, 0]), ("ends", [32, 32]), ("axes", [2, 3]), ("all", [1, 2, 3]), ("shape", [1, 1, 1]))
    ]
    made = [
        helper.make_node("Slice", ["picture", "starts", "ends", "axes"], ["quarter"]),
        helper.make_node("ReduceMean", ["quarter", "all"], ["mean"], keepdims=0),
        helper.make_node("Reshape", ["mean", "shape"], ["score"]),
        helper.make_node("Concat", ["box", "score", "none"], ["told"], axis=1),
        *nodes,
    ]
    graph = helper.make_graph(
        made,
        "bright spot",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("told", TensorProto.FLOAT, [1, 6, 1])],
        [box, none, *constants],
    )
    opsets = [helper.make_opsetid("", 18), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()


def picture(*, bright: bool) -> bytes:
    pixels = np.full((180, 180, 3), 40, dtype=np.uint8)
    if bright:
        pixels[:90, :90] = 240
    return _jpeg(pixels)


def _jpeg(pixels: np.ndarray) -> bytes:  # type: ignore[type-arg]
    from PIL import Image

    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, "JPEG", quality=90)
    return kept.getvalue()


def made_tests(*, true: int = 32, false: int = 0, dark: int = 4, **more: bytes) -> bytes:
    """Pictures with a bare head, bright ones without, dark ones."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        kinds = [("true", true, True, "0 0.25 0.25 0.5 0.5\n"), ("false", false, True, ""), ("dark", dark, False, "")]
        for kind, count, bright, truths in kinds:
            for number in range(count):
                archive.writestr(f"images/{kind}{number}.jpg", picture(bright=bright))
                archive.writestr(f"labels/{kind}{number}.txt", truths)
        for name, content in more.items():
            archive.writestr(name.replace("__", "/").replace("_txt", ".txt").replace("_jpg", ".jpg"), content)
    return kept.getvalue()


def folder_with(
    place: Path, model: bytes | None = None, card: dict[str, object] | None = None, tests: bytes | None = None
) -> Path:
    place.mkdir(exist_ok=True)
    (place / "card.json").write_text(json.dumps({**CARD, **(card or {})}))
    (place / "model.onnx").write_bytes(bright_spot() if model is None else model)
    (place / "test.zip").write_bytes(made_tests() if tests is None else tests)
    return place


@pytest.mark.one_database
def test_a_model_of_onnx_alone_is_run() -> None:
    assert check_onnx(bright_spot()) == 4


def external() -> bytes:
    model = onnx.ModelProto.FromString(bright_spot())
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return model.SerializeToString()


def with_functions() -> bytes:
    model = onnx.ModelProto.FromString(bright_spot())
    model.functions.add(name="own", domain="mine")
    return model.SerializeToString()


def with_loop() -> bytes:
    body = helper.make_graph([], "body", [], [])
    return bright_spot(nodes=(helper.make_node("Loop", ["none", "none"], ["x"], body=body),))


def with_hidden_graph() -> bytes:
    body = helper.make_graph([], "body", [], [])
    return bright_spot(nodes=(helper.make_node("Abs", ["none"], ["x"], body=body),))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (external(), "weights lie in another file"),
        (with_functions(), "functions of its own"),
        (with_loop(), "Loop is not run"),
        (with_hidden_graph(), "a graph of its own"),
        (bright_spot(domain="com.microsoft"), "com.microsoft"),
        (bright_spot(nodes=(helper.make_node("Own", ["none"], ["x"], domain="mine"),)), "Own of “mine”"),
        (bright_spot()[:-5], "its end is missing"),
        (b"", "no ONNX model"),
        (b"PK\x03\x04" + bytes(100), "no ONNX model"),
    ],
)
def test_what_may_do_more_than_reckon_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_onnx(data)
    assert why in refused.value.in_english


@pytest.mark.one_database
@given(st.binary(max_size=200))
def test_no_bytes_do_anything_else(data: bytes) -> None:
    try:
        check_onnx(data)
    except InvalidInput:
        return


YOLO = np.array([[[32.0], [16.0], [16.0], [32.0], [0.9], [0.1]]])  # (1, 6, 1): the first of two labels
BOX = (0.375, 0.0, 0.625, 0.5)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("outputs", "layout", "score"),
    [
        ([YOLO], Layout.YOLO, 0.9),
        ([YOLO.transpose(0, 2, 1)], Layout.YOLO, 0.9),
        ([np.array([[[32.0, 16.0, 16.0, 32.0, 0.9, 1.0, 0.1]]])], Layout.YOLO, 0.9),
        ([np.array([[[0.5, 0.25, 0.25, 0.5]]]), np.array([[[4.0, -4.0]]])], Layout.DETR, 1 / (1 + np.exp(-4))),
        ([np.array([[[4.0, -4.0, 0.0]]]), np.array([[[0.5, 0.25, 0.25, 0.5]]])], Layout.DETR, 0.98),
    ],
)
def test_each_layout_gives_the_same_box(outputs: list[np.ndarray], layout: Layout, score: float) -> None:  # type: ignore[type-arg]
    (one,) = boxes_of(outputs, layout, 2, (64, 64), 0.5)
    assert (one.label, one.seen.corners, round(one.seen.score, 2)) == (0, BOX, round(score, 2))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("outputs", "layout", "why"),
    [
        ([np.zeros((1, 9, 9))], Layout.YOLO, "needs 6 or 7 numbers"),
        ([YOLO, YOLO], Layout.YOLO, "one output"),
        ([YOLO * 100], Layout.YOLO, "scores from 0 to 1"),
        ([YOLO * np.nan], Layout.YOLO, "no number"),
        ([YOLO], Layout.DETR, "two outputs"),
        ([np.zeros((1, 3, 4)), np.zeros((1, 5, 2))], Layout.DETR, "two outputs"),
    ],
)
def test_another_layout_is_refused_with_what_was_found(outputs: list[np.ndarray], layout: Layout, why: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(WrongLayout, match=why):
        boxes_of(outputs, layout, 2, (64, 64), 0.5)


@pytest.mark.one_database
def test_precision_and_recall_count_each_thing_once() -> None:
    def seen(left: float, score: float, label: int = 0) -> Detected:
        return Detected(label, Seen((left, 0.0, left + 0.2, 0.2), score))

    truth = [Truth(0, (0.0, 0.0, 0.2, 0.2)), Truth(0, (0.5, 0.0, 0.7, 0.2)), Truth(1, (0.0, 0.0, 0.2, 0.2))]
    found = [seen(0.01, 0.9), seen(0.02, 0.8), seen(0.6, 0.7), seen(0.5, 0.6, 1)]
    one, other = measured([(truth, found), ([], [])], 2)
    assert (one.truths, one.told, one.hits, other.truths, other.told, other.hits) == (2, 3, 1, 1, 1, 0)
    assert one.precision == pytest.approx(1 / 3) and one.recall == 0.5
    assert one.precision_interval == pytest.approx((0.061, 0.792), abs=0.001)  # Wilson of 1 in 3


@pytest.mark.one_database
def test_a_model_is_measured_on_its_made_tests(tmp_path: Path) -> None:
    done = measure_own_model(folder_with(tmp_path / "m", tests=made_tests(false=4)))
    bare, helmet = done.figures
    assert (done.pictures, bare.truths, bare.told, bare.hits, helmet.truths) == (40, 32, 36, 32, 0)
    assert done.refusal is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("tests", "why"),
    [
        (made_tests(false=20), "32 of 52 are true; policy asks for 70 %"),
        (made_tests(true=3), "shows “bare head” 3 times; 30 are needed"),
    ],
)
def test_a_model_that_is_too_often_wrong_or_shown_too_little_is_refused(tmp_path: Path, tests: bytes, why: str) -> None:
    refusal = measure_own_model(folder_with(tmp_path / "m", tests=tests)).refusal
    assert refusal is not None and why in refusal.in_english


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"card": {"labels": [{"name": "a", "kind": "unicorn"}]}}, "“unicorn” is no kind of sighting"),
        ({"card": {"code": "../x"}}, "other signs than"),
        ({"card": {"labels": [{"name": "only"}]}}, "needs 5 or 6 numbers"),
        ({"card": {"layout": "detr"}}, "two outputs"),
        ({"tests": b"no zip"}, "no ZIP"),
        ({"tests": made_tests(true=0, dark=0)}, "0 pictures"),
        ({"tests": made_tests(true=0, images__a_jpg=b"x")}, "has no labels/a.txt"),
        ({"tests": made_tests(true=0, dark=0, images__a_jpg=b"x", labels__a_txt=b"0 1 2\n")}, "line 1: a label's number"),
        ({"tests": made_tests(true=0, dark=0, images__a_jpg=b"x", labels__a_txt=b"7 0.5 0.5 0.1 0.1\n")}, "no such label"),
        ({"tests": made_tests(true=0, dark=0, images__a_jpg=b"x", labels__a_txt=b"")}, "no picture"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, given: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        measure_own_model(folder_with(tmp_path / "m", **given))  # type: ignore[arg-type]
    assert why in refused.value.in_english


@pytest.mark.django_db
def test_an_enrolled_model_tells_events_at_its_cameras_and_says_when_it_fails(
    camera: Camera,  # noqa: F811
    tmp_path: Path,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    folder = folder_with(tmp_path / "m")
    with pytest.raises(InvalidInput, match="no camera"):
        enrol_own_model(measure_own_model(folder), ["1"], Clock()())
    place = enrol_own_model(measure_own_model(folder), [camera.code], Clock()())
    made, clock = source(camera), Clock()
    worker = FrameWorker([camera.pk], clock)
    try:
        for bright in (True, False):
            put(camera, picture(bright=bright))
            rounds(worker, clock, 1)
            worker.watched[camera.pk].next_s = 0
        (event,) = Recognition.objects.all()
        assert (event.kind, event.model, event.version) == ("no_helmet", "hard-hats", "1")
        assert 0.9 < event.score <= 1 and event.box[:2] == pytest.approx([0, 0], abs=0.02)
        (place / "model.onnx").write_bytes(b"another")
        worker.end()
        worker = FrameWorker([camera.pk], clock)
        put(camera, picture(bright=True))
        rounds(worker, clock, 2)
    finally:
        worker.end()
    made.refresh_from_db()
    assert made.fault == "own_model" and "not the one that was measured" in made.fault_detail
    client = signed_in(camera.registered_by)
    told = client.get("/api/v1/vision/recognition/own-models").json()
    assert [(one["code"], one["cameras"], one["in_use"]["labels"][0]["precision"]) for one in told] == [("hard-hats", 1, 1.0)]
    page = " ".join(words_of(client.get("/vision/recognition/").content.decode()))
    assert "hard-hats" in page and "Knows white and yellow helmets" in page
    with django_capture_on_commit_callbacks(execute=True):
        remove_own_model_by_code("hard-hats")
    assert enrolled_models() == [] and not (own_model_folder() / "hard-hats").exists()
    assert CameraSource.objects.exists()


@pytest.mark.django_db
def test_the_command_measures_and_enrols(camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("tocsin.portal.commands.recogniser.set_up_django", lambda: None)
    folder, run = str(folder_with(tmp_path / "m")), CliRunner().invoke
    measured_alone = run(recogniser, [folder])
    assert measured_alone.exit_code == 0 and "name its cameras" in measured_alone.output and "bare head" in measured_alone.output
    assert "enrolled at 1 cameras" in run(recogniser, [folder, "--camera", camera.code]).output
    assert "run nowhere any more" in run(recogniser, ["--remove", "hard-hats"]).output
    assert isinstance(run(recogniser, [str(folder_with(tmp_path / "n", tests=made_tests(true=3)))]).exception, InvalidInput)
    assert run(recogniser, []).exit_code == 2
