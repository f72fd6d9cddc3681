"""Compose and Kubernetes files: they parse, name no host of a registry, and ask only for what exists."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import DEPLOY

MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")


def documents() -> list[dict[str, Any]]:
    return [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def pod_of(document: dict[str, Any]) -> dict[str, Any] | None:
    return document["spec"].get("template", {}).get("spec") if "spec" in document else None


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))


def targets() -> set[str]:
    text = (DEPLOY / "compose" / "Dockerfile").read_text(encoding="utf-8")
    return set(re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE))


def images() -> Iterator[str]:
    yield from (service["image"] for service in compose()["services"].values())
    for document in documents():
        pod = pod_of(document)
        if pod is not None:
            yield from (container["image"] for container in pod["containers"])


def test_images_have_names_and_no_hosts() -> None:
    for image in images():
        name, _, tag = image.partition(":")
        assert re.fullmatch(r"quizapp(-[a-z]+)?", name)
        assert tag == "1"
        assert (name.removeprefix("quizapp-") if name != "quizapp" else "app") in targets()


def test_compose_services_lean_on_services_that_exist() -> None:
    services = compose()["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
    assert {"web1", "web2", "worker1", "worker2", "db1", "db2", "redis1", "redis2", "redis3"} <= set(services)


def test_every_object_is_applied() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert sorted(listed["resources"]) == [path.name for path in MANIFESTS]
    templates = {path.name for path in (DEPLOY / "templates").iterdir()}
    files = [line for secret in listed["secretGenerator"] for line in secret.get("files", []) + secret.get("envs", [])]
    assert {line.rpartition("/")[2] for line in files} <= templates


def test_selectors_find_their_pods_and_mounts_their_volumes() -> None:
    labels = [document["spec"]["template"]["metadata"].get("labels", {}) for document in documents()
              if pod_of(document) is not None and "selector" in document["spec"]]  # fmt: skip
    apps = {each["app"] for each in labels}
    for document in documents():
        name = f"{document['kind']} {document['metadata']['name']}"
        selector = document.get("spec", {}).get("selector") or {}
        wanted = selector.get("matchLabels", selector).get("app")
        assert wanted is None or wanted in apps, name
        pod = pod_of(document)
        for container in pod["containers"] if pod else []:
            there = {volume["name"] for volume in pod.get("volumes", [])}
            there |= {claim["metadata"]["name"] for claim in document["spec"].get("volumeClaimTemplates", [])}
            assert {mount["name"] for mount in container.get("volumeMounts", [])} <= there, name


@pytest.mark.parametrize("name", ["quizapp-web", "quizapp-worker", "quizapp-front", "quizapp-pool", "quizapp-staff"])
def test_there_are_two_of_what_may_be_lost(name: str) -> None:
    (found,) = (each for each in documents() if each["kind"] == "Deployment" and each["metadata"]["name"] == name)
    assert found["spec"]["replicas"] >= 2


def test_addresses_of_the_kubernetes_site_are_services() -> None:
    services = {each["metadata"]["name"] for each in documents() if each["kind"] == "Service"}
    text = (DEPLOY / "kubernetes" / "site.env").read_text(encoding="utf-8")
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name in ("WEB_NODES", "STAFF_NODES", "REDIS_NODES", "PRIMARY_ADDRESS", "POOL_ADDRESS"):
            assert {node.partition(":")[0] for node in value.split(",")} <= services, name
