#!/usr/bin/env python3
"""Attacks a server of our own on loopback and prints, for each attack, what it was answered, the memory of the server, and how
long an honest client waited meanwhile.

    cargo build --release
    python3 tests/abuse/attack.py target/release/qianshou [--only NAME,...] [--organizations N]

Standard library only; takes some minutes. Every attack starts a server with a fresh copy of the same generated data. Attackers
come from 127.0.0.2 and up, the honest client from 127.0.0.1, so that budgets per client show. All loops are bounded.
"""
import argparse, collections, http.client, io, json, os, resource, shutil, socket, subprocess, sys, tempfile, threading, time
import urllib.parse, zipfile

LIMIT_MB, LIMIT_MS = 600, 200
QUESTION = "德钦县乡村医生近200名，亟需培训提升诊疗能力，约需30万元"


# --- the server and its two kinds of clients ---------------------------------------------------------------------------

class Server:
    def __init__(self, binary, data, files=4096):
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        command = [binary, "serve", "--data", data, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=limit, text=True)
        line = self.process.stdout.readline()
        self.port = urllib.parse.urlparse(line.split("：", 1)[1].strip()).port

    def status(self, name):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) // 1024 for line in file if line.startswith(name))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def ask(port, method, path, body=None, headers=None, source="127.0.0.1", timeout=60):
    """Status, or the name of the fault; and the body, cut."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(source, 0))
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__, b""
    finally:
        connection.close()


def post(port, path, value, source, timeout=60):
    return ask(port, "POST", path, json.dumps(value).encode(), {"content-type": "application/json"}, source, timeout)


def form(name, content, fields=()):
    parts = [f'--x\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields]
    parts.append(f'--x\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    return b"".join(parts) + b"--x--\r\n", {"content-type": "multipart/form-data; boundary=x"}


def upload(port, name, content, source, fields=(), path="/api/v1/imports"):
    body, headers = form(name, content, fields)
    return ask(port, "POST", path, body, headers, source)


def finished(port, answer, path="/api/v1/imports", seconds=120):
    """The job that an upload started, once it has ended."""
    status, body = answer
    if status != 202:
        return status
    job = json.loads(body)["id"]
    end = time.time() + seconds
    while time.time() < end:
        status, body = ask(port, "GET", f"{path}/{job}")
        if status != 200 or json.loads(body)["status"] not in ("running", "waiting"):
            return json.loads(body).get("status", status)
        time.sleep(0.1)
    return "unfinished"


class Honest(threading.Thread):
    """Asks for a probe, a list and ten suggestions in turn, and keeps the times."""
    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.times, self.faults, self.ends = port, [], collections.Counter(), threading.Event()

    def run(self):
        question = json.dumps({"text": QUESTION}).encode()
        turn = [("GET", "/healthz", None), ("GET", "/api/v1/needs?per_page=20", None), ("POST", "/api/v1/suggestions", question)]
        at = 0
        while not self.ends.is_set():
            method, path, body = turn[at % len(turn)]
            at += 1
            start = time.perf_counter()
            status, _ = ask(self.port, method, path, body, {"content-type": "application/json"} if body else {})
            self.times.append((time.perf_counter() - start) * 1000)
            if status != 200:
                self.faults[status] += 1
            time.sleep(0.02)

    def figures(self):
        self.ends.set()
        self.join()
        times = sorted(self.times)
        return times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)], dict(self.faults)


def everywhere(count, work, threads=16):
    """Runs `work(n, source)` for n below `count` from several addresses, and counts the results."""
    results, next_one, lock = collections.Counter(), iter(range(count)), threading.Lock()

    def run(own):
        while True:
            with lock:
                n = next(next_one, None)
            if n is None:
                return
            result = work(n, f"127.0.0.{2 + own % 4}")
            with lock:
                results[result] += 1
    workers = [threading.Thread(target=run, args=(own,)) for own in range(threads)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    return dict(results)


# --- files -------------------------------------------------------------------------------------------------------------

def xlsx(sheets, strings=(), shared_part=False):
    """A workbook by hand: `sheets` are the XML of the rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        types, rels, names = [], [], []
        for n, rows in enumerate(sheets, 1):
            part = 1 if shared_part else n
            names.append(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>')
            rels.append(f'<Relationship Id="r{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{part}.xml"/>')
            if part == n:
                types.append(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>')
                archive.writestr(f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>')
        rels.append('<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>')
        items = "".join(f"<si><t>{text}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>')
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{"".join(names)}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(rels)}</Relationships>')
        archive.writestr("[Content_Types].xml", f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{"".join(types)}</Types>')
        archive.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    return out.getvalue()


def string_bomb():
    header = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(2, 60_002))
    return xlsx([header + rows], ["需求描述", "净水" * 7_500])


def shared_part():
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"需求描述" if n == 1 else "学校净水设备"}</t></is></c></row>' for n in range(1, 8_000))
    return xlsx([rows] * 255, shared_part=True)


def list_of(rows, text="某县某村小学缺净水设备，师生约300人，需5万元"):
    return ("需求名称,需求地区,资金缺口(万元)\n" + "".join(f"{text}{n},云南省迪庆州德钦县,{n % 90 + 1}\n" for n in range(rows))).encode()


def bad_list(rows):
    return ("需求名称,需求地区,资金缺口(万元)\n" + "".join(f"净水{n},无此地县,看不懂{n}\n" for n in range(rows))).encode()


# --- attacks: name -> (what it does, files that the server may open, the attack) --------------------------------------------

def opened(port, first, count, source):
    """Connections that have sent `first` and nothing else."""
    held = []
    for _ in range(count):
        try:
            one = socket.create_connection(("127.0.0.1", port), 5, (source, 0))
            one.sendall(first)
            held.append(one)
        except OSError:
            pass
    return held


def hold(held, seconds):
    """Waits, then says how many of the connections the server has ended."""
    time.sleep(seconds)
    ended = 0
    for one in held:
        one.setblocking(False)
        try:
            while True:
                if not one.recv(65536):
                    ended += 1
                    break
        except BlockingIOError:
            pass
        except OSError:
            ended += 1
        one.close()
    return {"opened": len(held), "ended by the server": ended}


def idle(port):
    return hold(opened(port, b"", 1_100, "127.0.0.2"), 15)


def slow_heads(port):
    return hold(opened(port, b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ", 300, "127.0.0.2"), 15)


def half_uploads(port):
    head = b"POST /api/v1/imports HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 60000000\r\n\r\n"
    body = form("a.csv", b"x" * 50_000_000)[0][:50_000_000]
    held = []
    def send(source):
        one = socket.create_connection(("127.0.0.1", port), 5, (source, 0))
        one.settimeout(20)
        held.append(one)
        try:
            one.sendall(head + body)
        except OSError:
            pass
    senders = [threading.Thread(target=send, args=(f"127.0.0.{2 + n % 4}",)) for n in range(20)]
    for one in senders: one.start()
    for one in senders: one.join()
    return hold(held, 5)


def slow_readers(port):
    body = json.dumps({"text": QUESTION, "top": 1000}).encode()
    head = f"POST /api/v1/suggestions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    return hold(opened(port, head + body, 60, "127.0.0.2"), 30)


def long_numbers(port):
    digits = "9" * 300_000
    def work(n, source):
        if n % 3 == 0: return post(port, "/api/v1/suggestions", {"text": "净水", "amount": digits}, source)[0]
        if n % 3 == 1: return post(port, "/api/v1/suggestions", {"text": digits[:10_000]}, source)[0]
        return post(port, "/api/v1/plans", {"budget": digits, "limits": [digits]}, source)[0]
    return everywhere(60, work)


def big_questions(port):
    text = ("云南省迪庆州德钦县乡村医生培训，" * 700)[:10_000]
    return everywhere(200, lambda n, source: post(port, "/api/v1/suggestions", {"text": text, "top": 1000}, source)[0], 64)


def crawl(port):
    listed = json.loads(ask(port, "GET", "/api/v1/organizations?per_page=200")[1])
    ids = [urllib.parse.quote(it["id"], safe="") for it in listed["items"]]
    path = lambda n: f"/organizations/{ids[n // 2 % len(ids)]}" if n % 2 else f"/api/v1/organizations/{ids[n // 2 % len(ids)]}/opportunities"
    return everywhere(100, lambda n, source: ask(port, "GET", path(n), source=source)[0])


def plans(port):
    return everywhere(2_000, lambda n, source: post(port, "/api/v1/plans", {}, source)[0])


def imports(port):
    content = list_of(79_000).rsplit(b"\n", 1)[0] + b"\n"
    counted = everywhere(30, lambda n, source: upload(port, f"{n}.csv", content, source, [("dry_run", "true")])[0])
    counted["an honest one"] = finished(port, upload(port, "honest.csv", list_of(20), "127.0.0.1", [("dry_run", "true")]), seconds=300)
    return counted


def one_import(name, content, fields=(("dry_run", "true"),)):
    def attack(port):
        return {"job": finished(port, upload(port, name, content(), "127.0.0.2", fields), seconds=300)}
    return attack


def big_report(port):
    answer = upload(port, "bad.csv", bad_list(70_000), "127.0.0.2", [("dry_run", "true")])
    status = finished(port, answer, seconds=300)
    if answer[0] != 202: return {"job": status}
    job = json.loads(answer[1])["id"]
    counted = everywhere(16, lambda n, source: ask(port, "GET", f"/api/v1/imports/{job}" + ("/errors.xlsx" if n % 4 == 3 else ""), source=source)[0])
    return {"job": status, **counted}


def long_name(port):
    name = "长" * 333_000 + ".csv"
    return {"job": finished(port, upload(port, name, list_of(1_800), "127.0.0.2", [("partial", "true")]))}


def strange_json(port):
    bodies = [b"[" * 200_000, b'{"text":' * 50_000, b"[null,null]", b'{"text":"a"}{"text":"b"}', b'{"text":"' + b"\\u0000" * 100_000 + b'"}', b'{"amount":' + b"9" * 500_000 + b"}"]
    headers = {"content-type": "application/json"}
    return everywhere(60, lambda n, source: ask(port, "POST", "/api/v1/suggestions", bodies[n % len(bodies)], headers, source)[0])


ATTACKS = {
    "nothing": (4096, lambda port: time.sleep(5) or {}),
    "string-bomb": (4096, one_import("bomb.xlsx", string_bomb)),
    "shared-part": (4096, one_import("shared.xlsx", shared_part)),
    "long-numbers": (4096, long_numbers),
    "long-name": (4096, long_name),
    "plans": (4096, plans),
    "imports": (4096, imports),
    "half-uploads": (4096, half_uploads),
    "idle": (1024, idle),
    "slow-heads": (1024, slow_heads),
    "slow-readers": (4096, slow_readers),
    "big-report": (4096, big_report),
    "big-questions": (4096, big_questions),
    "crawl": (4096, crawl),
    "strange-json": (4096, strange_json),
    "honest-big-list": (4096, one_import("big.csv", lambda: list_of(80_000))),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--only", default="")
    parser.add_argument("--organizations", type=int, default=3_000)
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    chosen = arguments.only.split(",") if arguments.only else list(ATTACKS)
    with tempfile.TemporaryDirectory(prefix="qianshou-abuse-") as base:
        files, data = f"{base}/files", f"{base}/data"
        size = ["--organizations", str(arguments.organizations), "--projects", str(arguments.organizations * 5), "--needs", str(arguments.organizations // 3)]
        subprocess.run([binary, "generate", files, *size, "--seed", "7"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([binary, "import", files, "--data", data], check=True, stdout=subprocess.DEVNULL)
        print(f"{'attack':<16}{'VmHWM MB':>9}{'VmRSS MB':>9}{'disk MB':>8}{'p50 ms':>8}{'p99 ms':>8}  answers; faults of the honest client", flush=True)
        bad = 0
        for name in chosen:
            files_limit, attack = ATTACKS[name]
            copy = f"{base}/{name}"
            shutil.copytree(data, copy)
            server = Server(binary, copy, files_limit)
            honest = Honest(server.port)
            honest.start()
            try:
                answers = attack(server.port)
                p50, p99, faults = honest.figures()
                peak, now = server.status("VmHWM"), server.status("VmRSS")
                disk = sum(os.path.getsize(os.path.join(at, file)) for at, _, names in os.walk(copy) for file in names) // 2**20
                is_bad = peak > LIMIT_MB or p99 > LIMIT_MS or faults
                bad += bool(is_bad)
                print(f"{name:<16}{peak:>9}{now:>9}{disk:>8}{p50:>8.1f}{p99:>8.1f}  {answers}; {faults or 'none'}{'  <-- beyond the aim' if is_bad else ''}", flush=True)
            except (OSError, StopIteration, ValueError, KeyError) as error:
                bad += 1
                print(f"{name:<16} the server is gone or answers nonsense: {error!r} (exit {server.process.poll()})", flush=True)
            finally:
                honest.ends.set()
                server.stop()
                shutil.rmtree(copy, ignore_errors=True)
    print(f"aims: below {LIMIT_MB} MB, p99 of the honest client at most {LIMIT_MS} ms; {bad} of {len(chosen)} beyond them")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
