#!/usr/bin/env bash
# The life of two invoices, told by curl against a server with the demo keys (make run, or fapiao serve --demo).
#
# The first is asked for at the gate, watched until it is issued, told by callback, downloaded and read back. The second fails
# with its reason, and is retried through the hive until it is issued too. Every step is checked; the first that is not as it
# should be ends the story with status 1.
#
# usage: scripts/story.sh            HOST=http://127.0.0.1:8080 FAPIAO=target/release/fapiao
set -euo pipefail

host=${HOST:-http://127.0.0.1:8080}
fapiao=${FAPIAO:-target/release/fapiao}
app=demo secret=demo-secret merchant=6262666666 seller=91110000MA00FAPA0T
run=$(date +%s)$$

folder=$(mktemp -d)
receiver=
trap '[ -z "$receiver" ] || kill "$receiver" 2>/dev/null || true; rm -rf "$folder"' EXIT

fail() { echo "story: $*" >&2; exit 1; }
for tool in curl python3 md5sum; do command -v $tool >/dev/null || fail "$tool is not there"; done

md5() { printf '%s' "$1" | md5sum | cut -c1-32; }
# The value of a key in an answer: a text or a number. The answers are flat enough for that.
value() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$2"; }

# --- a partner that listens for callbacks -------------------------------------------------------------------------------------
cat >"$folder/receiver.py" <<'PYTHON'
import http.server, pathlib, sys

folder = pathlib.Path(sys.argv[1])

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(folder / "heard", "ab") as heard:
            heard.write(body + b"\n")
        answer = b'{"code":"1001","message":"ok","hint":""}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
(folder / "port.part").write_text(str(server.server_port))
(folder / "port.part").rename(folder / "port")
server.serve_forever()
PYTHON
touch "$folder/heard"
python3 "$folder/receiver.py" "$folder" &
receiver=$!
until [ -s "$folder/port" ]; do
    kill -0 $receiver 2>/dev/null || fail "the receiver of callbacks did not start"
    sleep 0.05
done
notify="http://127.0.0.1:$(cat "$folder/port")/notify"

# --- the APIs -----------------------------------------------------------------------------------------------------------------
# Asks the gate for an invoice of 10.00: order number, memo. Fields are signed in the order of their names.
obtain() {
    local extra="{\"memo\":\"$2\"}" fields
    fields="app_id=$app&buyer_email=zhang@example.com&buyer_name=张三&buyer_tax_type=2&extra=$extra&merchant=$merchant"
    fields="$fields&notify_url=$notify&obtain_order=$1&value=1000"
    curl -sS "$host/gate/1.0/invoice/obtain" \
        -d app_id=$app -d buyer_email=zhang@example.com --data-urlencode buyer_name=张三 -d buyer_tax_type=2 \
        --data-urlencode "extra=$extra" -d merchant=$merchant --data-urlencode "notify_url=$notify" -d "obtain_order=$1" -d value=1000 \
        -d "sign=$(md5 "$fields&app_secret=$secret")"
}

# How an order stands at the gate.
detail() {
    local fields="app_id=$app&merchant=$merchant&obtain_order=$1"
    curl -sS "$host/gate/1.0/invoice/detail?$fields&sign=$(md5 "$fields&app_secret=$secret")"
}

# Has an order issued again through the hive.
retry() {
    local data="{\"orderno\":\"$1\"}" now
    now=$(date +%s)
    curl -sS "$host/gateway/nuonuo/invoice/rebillingnew" \
        -d appid=$app -d "timestamp=$now" -d tax_num=$seller --data-urlencode "request_data=$data" \
        -d "sign=$(md5 "${secret}appid${app}request_data${data}tax_num${seller}timestamp${now}$secret")"
}

# Watches an order at the gate until it has this status, and prints every status on its way; it never goes back.
watch() {
    local answer status seen=
    for _ in $(seq 300); do
        answer=$(detail "$1")
        [ "$(value code "$answer")" = 1001 ] || fail "detail: $answer"
        status=$(value status "$answer")
        if [ "$status" != "$seen" ]; then
            echo "  status $status  $(value status_desc "$answer")"
            case "$seen$status" in 10 | 20 | 21 | -10 | -11 | -12) fail "the status went back from $seen to $status" ;; esac
            seen=$status
        fi
        if [ "$status" = "$2" ]; then last=$answer; return; fi
        sleep 0.1
    done
    fail "order $1 never came to status $2: $answer"
}

# --- the story ----------------------------------------------------------------------------------------------------------------
first="story-$run-1" second="story-$run-2"

echo "1. Ask the gate for an invoice: $first"
answer=$(obtain "$first" "车牌 京A00000")
echo "  $answer"
[ "$(value code "$answer")" = 1000 ] || fail "obtain: $answer"
serial=$(value obtain_serial "$answer")
[ "$(value obtain_serial "$(obtain "$first" "车牌 京A00000")")" = "$serial" ] || fail "the same order has another serial"

echo "2. Watch it"
watch "$first" 2
number=$(value invoice_no "$last") url=$(value invoice_url "$last")
echo "  invoice $number"

echo "3. Hear of it by callback"
for _ in $(seq 300); do
    grep -q "obtain_order=$first" "$folder/heard" && break
    sleep 0.1
done
heard=$(grep "obtain_order=$first" "$folder/heard") || fail "no callback came"
grep -q "invoice_no=$number" <<<"$heard" && grep -q "status=2" <<<"$heard" || fail "the callback says something else: $heard"
echo "  $heard"

echo "4. Download the document: $url"
curl -sSf "$url" -o "$folder/invoice.pdf" || fail "the document cannot be downloaded"
[ "$(head -c 5 "$folder/invoice.pdf")" = "%PDF-" ] || fail "it is no PDF"

echo "5. Read it back"
"$fapiao" read "$folder/invoice.pdf" --format json >"$folder/read.json"
grep -q "\"$number\"" "$folder/read.json" || fail "the number that was read is not $number: $(cat "$folder/read.json")"
grep -q '"10.00"' "$folder/read.json" || fail "the total that was read is not 10.00"
echo "  number $number, total 10.00"

echo "6. Ask for one that fails: $second"
obtain "$second" "sandbox:reject:1" >/dev/null
watch "$second" -1

echo "7. Retry it through the hive"
answer=$(retry "$second")
echo "  $answer"
[ "$(value code "$answer")" = 0 ] || fail "retry: $answer"
for _ in $(seq 300); do
    answer=$(retry "$second")
    [ "$(value code "$answer")" = 100 ] && break
    [ "$(value code "$answer")" = 1 ] || fail "retry: $answer"
    sleep 0.1
done
[ "$(value code "$answer")" = 100 ] || fail "it was never issued: $answer"
echo "  $answer"
watch "$second" 2
echo "The end: two orders, two invoices."
