#!/usr/bin/env python3
"""Asks a server of our own on loopback for minutes at a fixed rate, first without and then with writes, and prints how long
questions and writes took and how its memory went.

    cargo build --release
    python3 tests/abuse/soak.py target/release/qianshou --data DATA [--minutes 10] [--rate 50] [--writes 1]
    python3 tests/abuse/soak.py http://127.0.0.1:3000 --pid PID       # a server that runs already

Standard library only. The data are changed: needs are handed in (`POST /api/v1/needs`), or, where the server takes none, open
needs are withdrawn and reopened in turn. Give it a copy. Times count from when a question was due, so a server that falls
behind does not look fast. Aims: p99 with writes at most three times that without, and no memory growth in the second half.
"""
import argparse, http.client, itertools, json, os, queue, random, subprocess, sys, threading, time, urllib.parse

CONNECTIONS = 16
PLACES = ["德钦县", "维西县", "玉龙县", "剑川县", "大姚县", "京山市", "南召县", "紫金县", "岳池县", "盐山县"]
WHAT = ["乡村医生培训", "学校净水设备", "留守儿童关爱", "助学金发放", "老人助餐", "轮椅", "产业路硬化", "图书室建设"]
WHY = ["专业人手短缺", "财政资金难以覆盖", "设施老化", "运行经费没有着落"]


class Server:
    """The process that is watched, if it is known, and where it listens."""
    def __init__(self, target, data, pid):
        self.process, self.pid = None, pid
        if target.startswith("http"):
            self.address = urllib.parse.urlparse(target)
            return
        command = [os.path.abspath(target), "serve", "--data", data, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.pid = self.process.pid
        self.address = urllib.parse.urlparse(self.process.stdout.readline().split("：", 1)[1].strip())
        while ask(self.connect(), "GET", "/readyz")[0] != 200:
            time.sleep(0.1)

    def connect(self):
        return http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=120)

    def megabytes(self):
        """VmRSS and RssAnon."""
        if not self.pid:
            return 0, 0
        with open(f"/proc/{self.pid}/status") as file:
            sizes = dict(line.split(":", 1) for line in file)
        return tuple(int(sizes[name].split()[0]) // 1024 for name in ("VmRSS", "RssAnon"))

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(60)


def ask(connection, method, path, value=None):
    """Status, or the name of the fault; and the body."""
    try:
        body = None if value is None else json.dumps(value).encode()
        connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return type(error).__name__, b""


def at_rate(server, rate, seconds, make, connections):
    """Sends what `make` makes `rate` times a second. The times in milliseconds, and the faults."""
    due, times, faults = queue.Queue(), [], []

    def work():
        connection = server.connect()
        while (job := due.get()) is not None:
            at, n = job
            status, body = ask(connection, *make(n))
            times.append((time.monotonic() - at) * 1000)
            if status not in (200, 201, 202):
                faults.append((status, body[:200]))

    workers = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for worker in workers:
        worker.start()
    start = time.monotonic()
    for n in range(int(rate * seconds)):
        at = start + n / rate
        time.sleep(max(0.0, at - time.monotonic()))
        due.put((at, n))
    for _ in workers:
        due.put(None)
    for worker in workers:
        worker.join()
    return times, faults


def question(n):
    words = random.Random(n)
    text = f"{words.choice(PLACES)}{words.choice(WHAT)}，{words.choice(WHY)}，惠及{words.randrange(20, 900)}人，约需{words.randrange(2, 90)}万元"
    return "POST", "/api/v1/suggestions", {"text": text, "explain": True}


def writes(server):
    """What makes the `n`th write."""
    new = lambda n: {"id": f"soak-{os.getpid()}-{n}", "title": f"{PLACES[n % 10]}{WHAT[n % 8]}需求", "description": question(n)[2]["text"]}
    connection = server.connect()
    if ask(connection, "POST", "/api/v1/needs", new(10**6))[0] in (200, 201, 202):
        return lambda n: ("POST", "/api/v1/needs", new(n))
    found = json.loads(ask(connection, "GET", "/api/v1/needs?status=open&limit=100")[1])
    needs = next(value for value in found.values() if isinstance(value, list))
    ids = [urllib.parse.quote(need["id"], safe="") for need in needs]
    act = lambda n: {"action": "reopen" if n // len(ids) % 2 else "withdraw", "note": "压力测试"}
    return lambda n: ("POST", f"/api/v1/needs/{ids[n % len(ids)]}/status", act(n))


def quantiles(what, times, faults):
    times = sorted(times)
    at = lambda q: times[min(len(times) - 1, int(len(times) * q))] if times else float("nan")
    print(f"{what:<24}{len(times):>8} sent  p50 {at(.5):>7.1f}  p95 {at(.95):>7.1f}  p99 {at(.99):>7.1f}  max {at(1):>8.1f} ms  {len(faults)} faults {faults[:1] or ''}", flush=True)
    return at(.99)


def watched(server, seconds, *threads):
    """Runs the threads and prints the memory meanwhile. The samples of RssAnon."""
    for thread in threads:
        thread.start()
    start, samples = time.monotonic(), []
    for step in itertools.count(1):
        resident, anonymous = server.megabytes()
        samples.append(anonymous)
        print(f"  {time.monotonic() - start:>6.0f} s  VmRSS {resident:>6} MB  RssAnon {anonymous:>6} MB", flush=True)
        next_one = start + step * max(1.0, seconds / 20)
        while any(thread.is_alive() for thread in threads) and time.monotonic() < next_one:
            time.sleep(0.1)
        if not any(thread.is_alive() for thread in threads):
            return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", help="the program, or the address of a server")
    parser.add_argument("--data", default="data")
    parser.add_argument("--pid", type=int, help="of the server, to see its memory")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=50, help="questions a second")
    parser.add_argument("--writes", type=float, default=1, help="writes a second")
    arguments = parser.parse_args()
    server, seconds = Server(arguments.target, arguments.data, arguments.pid), arguments.minutes * 60
    results = {}

    def run(what, rate, make, connections=CONNECTIONS):
        return threading.Thread(target=lambda: results.update({what: at_rate(server, rate, seconds, make, connections)}))

    try:
        at_rate(server, arguments.rate, min(seconds, 10), question, CONNECTIONS)
        watched(server, seconds, run("without writes", arguments.rate, question))
        alone = quantiles("questions alone", *results["without writes"])
        write = writes(server)
        samples = watched(server, seconds, run("with writes", arguments.rate, question), run("writes", arguments.writes, write, 1))
        beside = quantiles("questions beside writes", *results["with writes"])
        quantiles("writes", *results["writes"])
    finally:
        server.stop()
    half = samples[len(samples) // 2 :]
    growth = half[-1] - half[0]
    faults = sum(len(faults) for _, faults in results.values())
    print(f"p99 beside writes {beside / alone:.1f} × that without (aim: 3); RssAnon grew by {growth} MB in the second half; {faults} faults")
    sys.exit(1 if beside > 3 * alone or faults else 0)


if __name__ == "__main__":
    main()
