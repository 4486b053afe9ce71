"""A city's own models by page and API: given, measured in the background, used, one press back, set aside, forgotten."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import numpy as np
import onnx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from onnx import TensorProto, helper, numpy_helper

from tests.languages import english as english
from tests.pages import words_of
from tests.people import YANTAI, make_person, signed_in
from tests.vision.test_own_models import CARD, bright_spot, made_tests, picture
from tests.vision.test_recognition import NOW, Clock, _now, camera, put, rounds, source  # noqa: F401 - fixtures
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.layouts import Detected
from tocsin.engine.frames.measuring import Mistake, Truth, confusion, mistakes
from tocsin.engine.frames.objects import Seen
from tocsin.records.audit.models import AuditEntry
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.models import OwnModel, OwnModelPicture, OwnModelVersion
from tocsin.vision.recognition.queries import enrolled_models, version_folder, versions_to_decide
from tocsin.vision.recognition.rules.picture_sets import PictureSet
from tocsin.vision.recognition.services.own.measuring import Measurer
from tocsin.vision.recognition.services.own.using import forget_own_models
from tocsin.vision.recognition.services.working import FrameWorker
from tocsin.vision.sightings.models import Recognition

pytestmark = pytest.mark.django_db
MODELS = "/api/v1/vision/recognition/own-models"
VERSIONS = "/api/v1/vision/recognition/own-model-versions"


def form(camera: Camera, model: bytes | None = None, tests: bytes | None = None, **more: str) -> dict[str, Any]:  # noqa: F811
    return {
        "region_code": camera.region_code,
        "code": "hard-hats",
        "version": "1",
        "layout": "yolo",
        "least_score": "0.5",
        "cannot": str(CARD["cannot"]),
        "labels": "bare head = no_helmet\nhelmet",
        "model": SimpleUploadedFile("model.onnx", bright_spot() if model is None else model),
        "tests": SimpleUploadedFile("test.zip", made_tests() if tests is None else tests),
        **more,
    }


def measure(round_s: float = 5.0) -> int:
    measurer, count = Measurer(), 0
    try:
        while measurer.do_round(round_s):
            count += 1
    finally:
        measurer.end()
    return count


@pytest.fixture
def client(camera: Camera) -> Client:  # noqa: F811
    return signed_in(camera.registered_by)


def given(client: Client, camera: Camera, **more: Any) -> dict[str, Any]:  # noqa: F811
    answer = client.post(MODELS, form(camera, **more))
    assert answer.status_code == 201, answer.content
    return answer.json()  # type: ignore[no-any-return]


def test_a_model_is_given_by_page_measured_seen_and_used(camera: Camera, client: Client) -> None:  # noqa: F811
    page = client.post("/vision/recognition/own/", form(camera, tests=made_tests(false=4)), follow=True)
    version = OwnModelVersion.objects.get()
    words = " ".join(words_of(page.content.decode()))
    assert "waits to be measured" in words and "0 of 40 pictures" in words and "every 3s" in page.content.decode()
    assert version.state == "waiting" and enrolled_models() == []
    assert measure(round_s=0.0) == 40  # a round of its own for each picture: what is done stays done
    version.refresh_from_db()
    assert (version.state, version.measured_pictures.count(), version.measured_pictures.filter(right=False).count()) == (
        "measured",
        40,
        4,
    )
    assert [one.pk for one in versions_to_decide(camera.registered_by)] == [version.pk]
    address = f"/vision/recognition/versions/{version.pk}/"
    words = " ".join(words_of(client.get(address).content.decode()))
    assert "Wrong pictures 4" in words and "bare head not there" in words and "0.89" in words  # 32 of 36
    wrong = version.measured_pictures.filter(right=False).first()
    assert wrong is not None
    assert client.get(f"{address}pictures/{wrong.number}/").content[:2] == b"\xff\xd8"
    client.post(f"{address}use/")
    model = OwnModel.objects.get()
    client.post(f"/vision/recognition/own/{model.pk}/add-cameras/", {"cameras": f"region:{camera.region_code}"})
    assert [(one.card.code, one.cameras) for one in enrolled_models()] == [("hard-hats", {camera.code})]
    assert versions_to_decide(camera.registered_by).count() == 0
    acts = AuditEntry.objects.filter(object_type="own_model").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["own_model.given", "own_model.used", "own_model.cameras_added"]
    source(camera)
    worker = FrameWorker([camera.pk], Clock())
    put(camera, picture(bright=True))
    try:
        rounds(worker, Clock(), 1)
    finally:
        worker.end()
    assert Recognition.objects.get().model == "hard-hats"


def test_one_that_is_too_often_wrong_is_refused_with_its_figure(camera: Camera, client: Client) -> None:  # noqa: F811
    made = given(client, camera, tests=made_tests(false=20))
    measure()
    told = client.get(f"{VERSIONS}/{made['id']}").json()
    assert told["version"]["usable"] is False and "32 of 52 are true; policy asks for 70 %" in told["version"]["why"]
    assert told["confusion"] == [[32, 0, 0], [0, 0, 0], [20, 0, 0]] and told["wrong_in_all"] == 20
    refused = client.post(f"{VERSIONS}/{made['id']}/use")
    assert refused.status_code == 400 and "32 of 52" in refused.content.decode()


def test_a_newer_version_and_one_press_back(camera: Camera, client: Client) -> None:  # noqa: F811
    first = given(client, camera)
    measure()
    client.post(f"{VERSIONS}/{first['id']}/use")
    second = given(client, camera, version="2")
    again = client.post(MODELS, form(camera, version="2"))
    assert again.status_code == 409 and "another version" in again.content.decode()
    assert client.post(f"{VERSIONS}/{second['id']}/use").status_code == 409  # not measured yet
    measure()
    for one, other in ((second, first), (first, second)):
        assert client.post(f"{VERSIONS}/{one['id']}/use").json()["in_use"] is True
        assert [each["in_use"] for each in client.get(f"{MODELS}/{one['own_model_id']}/versions").json()].count(True) == 1
        assert client.get(f"{MODELS}/{one['own_model_id']}").json()["in_use"]["id"] == one["id"] != other["id"]
    assert client.post(f"{VERSIONS}/{first['id']}/set-aside").status_code == 409  # in use


def test_what_can_not_be_run_says_why_and_goes_when_it_is_set_aside(
    camera: Camera,  # noqa: F811
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    made = given(client, camera, labels="only = smoke")
    measure()
    told = client.get(f"{VERSIONS}/{made['id']}").json()["version"]
    assert told["state"] == "failed" and "needs 5 or 6 numbers" in told["why"]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{VERSIONS}/{made['id']}/set-aside").json()["state"] == "set_aside"
    assert not version_folder("hard-hats", OwnModelVersion.objects.get().pk).exists()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"model": b"none"}, "no ONNX model"),
        ({"tests": b"none"}, "no ZIP"),
        ({"code": "Hard Hats"}, "other signs than"),
        ({"labels": "a = unicorn"}, "no kind of sighting"),
        ({"least_score": "0"}, "least_score"),
        ({"cannot": "all"}, "cannot"),
    ],
)
def test_what_is_wrong_is_told_at_once(camera: Camera, client: Client, more: dict[str, Any], why: str) -> None:  # noqa: F811
    refused = client.post(MODELS, form(camera, **more))
    assert refused.status_code == 400 and why in refused.content.decode()
    assert not OwnModel.objects.exists()


def test_another_area_sees_and_does_nothing(camera: Camera, client: Client) -> None:  # noqa: F811
    made = given(client, camera)
    measure()
    elsewhere = signed_in(make_person("supervisor", YANTAI))
    assert elsewhere.get(MODELS).json() == []
    assert elsewhere.post(f"{VERSIONS}/{made['id']}/use").status_code == 404
    assert elsewhere.post(MODELS, form(camera, code="others")).status_code == 403
    taken = elsewhere.post(MODELS, form(camera, region_code=YANTAI))
    assert taken.status_code == 409 and "another code" in taken.content.decode()
    looks_on = signed_in(make_person("inspector"))
    assert looks_on.get(f"{VERSIONS}/{made['id']}/pictures/0").status_code == 403


def test_test_sets_and_earlier_files_go_after_their_time(camera: Camera, client: Client) -> None:  # noqa: F811
    made = [given(client, camera, version=str(number), tests=made_tests(true=1, dark=0)) for number in range(5)]
    measure()
    OwnModelVersion.objects.filter(pk=made[0]["id"]).update(measured_at=NOW - timedelta(days=181))
    forget_own_models(now=NOW)
    kept = {str(one.pk): (one.has_model, one.has_tests) for one in OwnModelVersion.objects.all()}
    assert sum(model for model, _tests in kept.values()) == 3 and kept[made[0]["id"]] == (False, False)
    assert not OwnModelPicture.objects.filter(version=made[0]["id"]).exists()
    assert client.get(f"{VERSIONS}/{made[0]['id']}/pictures/0").status_code == 404


def coco(**more: Any) -> bytes:
    told = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 200, "height": 100}],
        "categories": [{"id": 7, "name": "helmet"}, {"id": 3, "name": "bare head"}, {"id": 4, "name": "dog"}],
        "annotations": [
            {"image_id": 1, "category_id": 7, "bbox": [50, 25, 100, 50]},
            {"image_id": 1, "category_id": 4, "bbox": [0, 0, 1, 1]},
            {"image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1], "iscrowd": 1},
        ],
        **more,
    }
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("images/a.jpg", b"x")
        archive.writestr("annotations/test.json", json.dumps(told))
    return kept.getvalue()


@pytest.mark.one_database
def test_a_test_set_of_coco_is_read() -> None:
    with PictureSet(coco(), ["bare head", "helmet"], 1000) as opened:
        (one,) = opened.pictures
        assert (one.name, one.truths, opened.data(one)) == ("images/a.jpg", (Truth(1, (0.25, 0.25, 0.75, 0.75)),), b"x")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"categories": [{"id": 7, "name": "helmet"}]}, "no category “bare head”; it has helmet"),
        ({"images": [{"id": 1, "file_name": "b.jpg", "width": 1, "height": 1}]}, "says nothing of images/a.jpg"),
        ({"annotations": [{"image_id": 9, "category_id": 7, "bbox": [0, 0, 1, 1]}]}, "annotation 0: there is no such image"),
        ({"annotations": [{"image_id": 1, "category_id": 7, "bbox": [0, 0, 500, 1]}]}, "lies outside of its picture"),
        ({"annotations": [{"image_id": 1, "category_id": 7, "bbox": [0, 0]}]}, "bbox"),
    ],
)
def test_a_wrong_one_says_where(more: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        PictureSet(coco(**more), ["bare head", "helmet"], 1000)
    assert why in refused.value.in_english


@pytest.mark.one_database
def test_what_is_told_as_another_label_stands_in_one_cell() -> None:
    corners = (0.0, 0.0, 0.2, 0.2)
    truths, found = [Truth(0, corners), Truth(0, (0.5, 0.0, 0.7, 0.2))], [Detected(1, Seen(corners, 0.9))]
    assert confusion([(truths, found)], 2) == [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert mistakes(truths, found) == [
        Mistake(1, corners, missed=False),
        Mistake(0, corners, missed=True),
        Mistake(0, (0.5, 0.0, 0.7, 0.2), missed=True),
    ]


def head(kind: str) -> bytes:
    """Models with the outputs of usual exports, whose numbers are constants: YOLO v8/v11 (1, 84, 8400), DETR (1, 100, 4/92)."""
    if kind == "yolo":
        told = np.zeros((1, 84, 8400), dtype=np.float32)
        told[0, :4, 17], told[0, 4, 17] = (320, 320, 128, 256), 0.9
        outputs = {"output0": told}
    else:
        boxes, logits = np.full((1, 100, 4), 0.5, dtype=np.float32), np.zeros((1, 100, 92), dtype=np.float32)
        logits[0, :, 91], logits[0, 5, 1] = 9.0, 20.0
        boxes[0, 5] = (0.5, 0.5, 0.2, 0.4)
        outputs = {"logits": logits, "pred_boxes": boxes}
    nodes, tensors = [helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0)], []
    nodes.append(helper.make_node("Mul", ["mean", "zero"], ["nothing"]))
    tensors.append(numpy_helper.from_array(np.array(0, dtype=np.float32), "zero"))
    for name, values in outputs.items():
        tensors.append(numpy_helper.from_array(values, f"{name}_told"))
        nodes.append(helper.make_node("Add", [f"{name}_told", "nothing"], [name]))
    graph = helper.make_graph(
        nodes,
        kind,
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, "high", "wide"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, values.shape) for name, values in outputs.items()],
        tensors,
    )
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("kind", "labels", "label"), [("yolo", 80, 0), ("detr", 91, 1)])
def test_outputs_of_usual_exports_are_read(camera: Camera, client: Client, kind: str, labels: int, label: int) -> None:  # noqa: F811
    """Square pictures, in whose middle lies one thing of that label."""
    made = given(
        client,
        camera,
        model=head(kind),
        layout=kind,
        labels="\n".join(f"label {number}" for number in range(labels)),
        tests=made_tests(true=0, dark=0, images__a_jpg=picture(bright=True), labels__a_txt=f"{label} 0.5 0.5 0.2 0.4\n".encode()),
    )
    measure()
    told = client.get(f"{VERSIONS}/{made['id']}").json()["version"]
    assert told["state"] == "measured", told["why"]
    assert [(one["name"], one["hits"]) for one in told["labels"] if one["told"]] == [(f"label {label}", 1)]
