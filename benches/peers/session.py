"""Workers, and the rounds in which they take turns."""

import json
import os
import selectors
import subprocess
import time

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
# Threads of the last turn spin for a while before they sleep.
PAUSE = 0.05
# A turn of short fits has several.
TURN = 0.05
LOADING = 300.0


class Failed(Exception):
    """What a library cannot do, in its own words."""


class Worker:
    """A process with one library and its data."""

    def __init__(self, command, threads):
        environment = os.environ | {name: str(threads) for name in THREADS}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)

    def ask(self, message, limit):
        self.process.stdin.write((json.dumps(message) + "\n").encode())
        self.process.stdin.flush()
        if not self.selector.select(limit):
            self.close()
            raise Failed(f"more than {limit:g} s")
        line = self.process.stdout.readline()
        if not line:
            raise Failed("the process ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def close(self):
        self.process.kill()
        self.process.wait()


def busy():
    """Seconds that all cores together have worked since the machine started; None where there is no /proc."""
    try:
        with open("/proc/stat") as file:
            user, nice, system, _, _, interrupts, soft, stolen = map(int, file.readline().split()[1:9])
    except OSError:
        return None
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


class Session:
    """The workers of one size."""

    def __init__(self, commands, folder, data, threads, limit):
        self.commands, self.folder, self.data = commands, folder, data
        self.threads, self.limit = threads, limit
        self.workers, self.refusals = {}, {}

    def worker(self, language, library):
        key = language, library
        if key in self.refusals:
            raise Failed(self.refusals[key])
        if key not in self.workers:
            worker = Worker(self.commands[language] + [library], self.threads)
            if "n" in self.data:
                load = {name: self.data[name] for name in ("n", "p", "targets")}
                load |= {"x": str(self.folder / "x.f64"), "y": str(self.folder / "y.f64")}
                try:
                    worker.ask({"load": load}, LOADING)
                except Failed as failure:
                    worker.close()
                    self.refusals[key] = str(failure)
                    raise
            self.workers[key] = worker
        return self.workers[key]

    def turn(self, contender, request, seconds):
        time.sleep(PAUSE)
        worker = self.worker(contender.language, contender.library)
        message = request | {"run": contender.method, "seconds": seconds, "path": str(self.folder / "table.csv")}
        try:
            return worker.ask(message, self.limit)
        except Failed:
            if worker.process.poll() is not None:
                del self.workers[contender.language, contender.library]
            raise

    def judge(self, answer, penalty):
        message = {"coefficients": answer["coefficients"], "intercepts": answer["intercepts"], "penalty": penalty}
        return self.worker("python", "judge").ask({"judge": message}, LOADING)["objective"]

    def work(self):
        """Seconds that the workers have worked."""
        ticks = 0
        for worker in self.workers.values():
            with open(f"/proc/{worker.process.pid}/stat") as file:
                ticks += sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def close(self):
        for worker in self.workers.values():
            worker.close()


def compare(session, task, rounds, budget):
    """The times of everybody, in alternating turns: one after the other, each round beginning with another. And how much of a core others
    took meanwhile."""
    results = [{"name": c.name, "exact": c.exact, "seconds": [], "turns": 0} for c in task.contenders]
    running = []
    for contender, result in zip(task.contenders, results, strict=True):
        try:
            answer = session.turn(contender, task.request, 0.0)
        except Failed as failure:
            result["failure"] = str(failure)
            continue
        result["facts"] = answer.get("facts")
        if task.objective and answer["coefficients"] is not None:
            result["objective"] = session.judge(answer, task.request["lambda"])
        first = answer["seconds"][0]
        if first > budget / 2:
            # Once is all there is time for; it was not warm.
            result |= {"seconds": answer["seconds"], "turns": 1}
        else:
            running.append((contender, result, max(3, min(rounds, int(budget / max(first, TURN))))))
    start, before = time.monotonic(), busy()
    own = session.work() if before is not None else 0.0
    for number in range(rounds):
        shift = number % max(len(running), 1)
        for contender, result, turns in running[shift:] + running[:shift]:
            if number < turns and "failure" not in result:
                try:
                    answer = session.turn(contender, task.request, TURN)
                except Failed as failure:
                    result["failure"] = str(failure)
                    continue
                result["seconds"] += answer["seconds"]
                result["turns"] += 1
    if before is None:
        return results, None
    return results, (busy() - before - (session.work() - own)) / (time.monotonic() - start)
