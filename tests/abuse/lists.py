#!/usr/bin/env python3
"""Asks the pages of lists of a server of our own on loopback, three rounds of questions with words, places, sectors, ranges and
orders, and prints how long they took by kind of record. Times are those of a client on the same machine.

    cargo build --release
    python3 tests/abuse/lists.py target/release/qianshou --data DATA

Standard library only. The data are only read. Aim: p95 of 0.3 s at 100,000 organizations and 500,000 projects.
"""
import argparse, http.client, os, subprocess, time, urllib.parse

WORDS = ["饮水", "学校", "医生", "培训", "残疾人", "教育", "设备", "净水 学校", "助学 -培训", "老人 助餐", "德钦", "没有这样的词"]
PLACES = ["云南省", "青海省", "果洛州", "德钦县", "四川省", "甘肃省", "贵州省"]
SECTORS = ["WAT", "EDU", "MED"]
OTHERS = [{}, {"region": "云南省", "sector": "EDU", "sort": "-amount"}, {"q": "学校", "region": "四川省"},
          {"amount_from": "10", "amount_to": "50", "sort": "amount"}, {"sort": "-date", "page": "100"}, {"sort": "title"}]
ROUNDS = 3


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--data", required=True)
    options = options.parse_args()
    command = [os.path.abspath(options.program), "serve", "--data", options.data, "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = urllib.parse.urlparse(server.stdout.readline().split("：", 1)[1].strip())
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)

        def ask(path):
            began = time.time()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return time.time() - began, answer.status

        while ask("/readyz")[1] != 200:
            time.sleep(0.1)
        queries = OTHERS + [{"q": it} for it in WORDS] + [{"region": it} for it in PLACES] + [{"sector": it} for it in SECTORS]
        for kind in ["needs", "organizations", "projects"]:
            times = []
            for query in queries * ROUNDS:
                seconds, status = ask(f"/{kind}?{urllib.parse.urlencode(query)}")
                if status != 200:
                    raise SystemExit(f"/{kind} {query}: {status}")
                times.append(1000 * seconds)
            times.sort()
            print(f"{kind:14} {len(times):4} asked  p50 {times[len(times) // 2]:6.0f}  p95 {times[int(0.95 * len(times))]:6.0f}  max {times[-1]:6.0f} ms")
    finally:
        server.terminate()
        server.wait()


main()
