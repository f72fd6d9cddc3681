"""Liveness and readiness."""

from datetime import timedelta

from quizapp import heartbeat, redis_store


def test_the_process_lives(client):
    assert client.get("/healthz").status_code == 200


def test_readiness_without_redis_and_worker_is_still_readiness(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json["database"], answer.json["redis"], answer.json["worker_lag_seconds"]) == (True, False, None)
    assert answer.json["disk_free_bytes"] > 0


def test_readiness_tells_of_redis_and_the_worker(app, client, redis_url):
    redis_store.init_store(redis_url)
    heartbeat.beat(app.config["QUIZ"].run_dir)
    answer = client.get("/readyz").json
    assert answer["redis"] is True
    assert answer["worker_lag_seconds"] >= 0


def test_the_lag_is_the_age_of_the_last_step(tmp_path, now):
    assert heartbeat.worker_lag_seconds(tmp_path, now) is None
    heartbeat.beat(tmp_path)
    far = now + timedelta(days=40_000)
    assert heartbeat.worker_lag_seconds(tmp_path, far) > 0
