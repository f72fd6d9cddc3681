"""`make run`: prepare the data, start Redis, the web server and the worker, keep them running, end them together.

Run as `python -m quizapp.cli.serve`; with `--end-with-parent` it also ends when the program that started it is gone.
All settings come from the environment.
"""

import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from types import FrameType

from quizapp.cli.child import Child, adopt_orphans, end_with_parent
from quizapp.cli.data_dir import DataDir, DataDirBusy, hold_data_dir
from quizapp.cli.embedded_redis import EmbeddedRedis, find_redis_server
from quizapp.cli.service import Service
from quizapp.config import ROOT, data_dir_of, keep_secret_key

REDIS_START_SECONDS = 10.0
WEB_START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1
# The product ends when its web server has ended this many times in a row soon after its start.
WEB_QUICK_DEATHS = 5


class StopAsked(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


class StartFailed(Exception):
    """The product cannot run; the message is for the person at the terminal."""


class Supervisor:
    """Everything that runs for one data folder."""

    def __init__(self, port: int, env: Mapping[str, str]) -> None:
        self._port = port
        self._data_path = data_dir_of(env)
        self._env = {**env, "QUIZ_DATA_DIR": str(self._data_path), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        self._stop_asked = False
        # In the order of their start; what is ended together stands together.
        self._stages: list[list[Service]] = []

    def run(self) -> None:
        """Start everything and watch it. Ends with StopAsked when asked to, with StartFailed when it cannot go on."""
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        data = self._hold_data_dir()
        pid_path = data.run_dir / "serve.pid"
        pid_path.write_text(f"{os.getpid()}\n", encoding="ascii")
        # Each start of the product reads the wall clock anew.
        (data.run_dir / "clock").unlink(missing_ok=True)
        redis = None
        try:
            _check_port(self._port)
            redis = self._start_redis(data)
            self._prepare(data)
            if redis is not None and not self._wait(redis.answers, REDIS_START_SECONDS):
                say("Redis chưa chạy được: bảng xếp hạng chưa cập nhật, bài làm vẫn được lưu.")
            self._start_web(data)
            say(*_welcome(self._port))
            self._wait(lambda: False, float("inf"))
        finally:
            self._stop()
            if redis is not None:
                redis.clear_away()
            pid_path.unlink(missing_ok=True)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_asked = True

    def _wait(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Tend the services until `reached()`; False when it takes longer. StopAsked when a signal comes first."""
        give_up_at = time.monotonic() + seconds
        while not reached():
            if time.monotonic() >= give_up_at:
                return False
            self._pause()
        return True

    def _pause(self) -> None:
        if self._stop_asked:
            raise StopAsked
        for service in (service for stage in self._stages for service in stage):
            exit_code = service.tend()
            if exit_code is not None:
                say(f"{service.child.name} đã dừng ngoài ý muốn (mã {exit_code}). {_log_end(service.child)}")
            if service.child.name == "gunicorn" and service.quick_deaths >= WEB_QUICK_DEATHS:
                raise StartFailed("Máy chủ web không chạy được; lý do ở ngay trên.")
        time.sleep(POLL_SECONDS)

    def _hold_data_dir(self) -> DataDir:
        try:
            data = hold_data_dir(self._data_path, self._pause, STOP_SECONDS * 2)
            if not self._env.get("SECRET_KEY"):
                keep_secret_key(data.path)
        except DataDirBusy as busy:
            reason = "đang dừng, xin thử lại sau ít giây" if busy.ending else "đang chạy"
            raise StartFailed(f"Một bản khác trên thư mục dữ liệu {self._data_path} {reason}.") from busy
        except OSError as error:
            raise StartFailed(f"Không dùng được thư mục dữ liệu {self._data_path}: {error.strerror}.") from error
        return data

    def _start_redis(self, data: DataDir) -> EmbeddedRedis | None:
        """An own Redis, unless REDIS_URL names one or this machine has none."""
        if self._env.get("REDIS_URL"):
            return None
        binary = find_redis_server(self._env)
        if binary is None:
            say("Không tìm thấy redis-server hay valkey-server: bảng xếp hạng sẽ không chạy, bài làm vẫn được lưu.")
            return None
        redis = EmbeddedRedis(binary, data.path / "redis", data.run_dir)
        self._env["REDIS_URL"] = redis.url
        (data.run_dir / "redis.url").write_text(f"{redis.url}\n", encoding="utf-8")
        service = Service(Child("redis", redis.command, self._env, data), redis.before_start)
        self._stages.append([service])
        service.start()
        return redis

    def _prepare(self, data: DataDir) -> None:
        """Migrations, shipped data and the first administrator, in one process."""
        say("Đang chuẩn bị dữ liệu…")
        child = Child("prepare", _flask_quiz("prepare"), self._env, data, shown=True)
        child.start()
        try:
            self._wait(lambda: child.exit_code() is not None, float("inf"))
            if child.exit_code():
                raise StartFailed("Chưa chuẩn bị được dữ liệu; lý do ở ngay trên.")
        finally:
            child.ask_to_stop()
            child.finish(time.monotonic() + STOP_SECONDS)

    def _start_web(self, data: DataDir) -> None:
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
        web = Service(Child("gunicorn", gunicorn, self._env, data))
        worker = Service(Child("worker", _flask_quiz("worker"), self._env, data))
        self._stages.append([web, worker])
        web.start()
        worker.start()
        host = self._env.get("QUIZ_TRUSTED_HOSTS", "").split(",")[0].strip().removeprefix(".") or "127.0.0.1"
        self._wait(lambda: web.quick_deaths > 0 or _is_healthy(self._port, host), WEB_START_SECONDS)
        if web.quick_deaths:
            raise StartFailed("Máy chủ web không chạy được; lý do ở ngay trên.")
        if not _is_healthy(self._port, host):
            raise StartFailed(f"Máy chủ web không trả lời. {_log_end(web.child)}")

    def _stop(self) -> None:
        """End the web server and the worker, then Redis, which they use to the last."""
        for stage in reversed(self._stages):
            for service in stage:
                service.child.ask_to_stop()
            deadline = time.monotonic() + STOP_SECONDS
            for service in stage:
                service.child.finish(deadline)


def say(*lines: str) -> None:
    """Print for the person at the terminal, who may have closed it."""
    with suppress(OSError):
        print(*lines, sep="\n", flush=True)


def main() -> int:
    """The exit status: 0 = was asked to stop, 1 = could not run, 2 = wrong settings."""
    os.umask(0o077)
    if "--end-with-parent" in sys.argv[1:]:
        end_with_parent()
    port = os.environ.get("PORT") or "8000"
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        print(f"PORT phải là một số từ 1 đến 65535, không phải {port!r}.", file=sys.stderr)
        return 2
    try:
        Supervisor(int(port), os.environ).run()
    except StartFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except StopAsked:
        say("Đã dừng.")
    return 0


def _flask_quiz(command: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", "quiz", command]


def _check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "đang được chương trình khác dùng" if error.errno == errno.EADDRINUSE else error.strerror
            raise StartFailed(f"Cổng {port}: {reason}. Chọn cổng khác, ví dụ: PORT=8001 make run") from error


def _is_healthy(port: int, host: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _log_end(child: Child) -> str:
    return f"Cuối tệp {child.log_path}:\n{child.last_lines()}"


def _welcome(port: int) -> list[str]:
    address = f"http://127.0.0.1:{port}"
    return [
        f"Trang chủ:    {address}/",
        f"Ban tổ chức:  {address}/tai-khoan/dang-nhap",
        f"Tài liệu API: {address}/api/v1/docs",
        "Nhấn Ctrl-C để dừng.",
    ]


if __name__ == "__main__":
    sys.exit(main())
