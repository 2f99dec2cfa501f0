// Package sandbox is the WhatsApp Cloud API as an ordinary HTTP server: for
// the demo, for tests and, alone, as `pregon sandbox`. It checks what the API
// checks, answers in the API's shapes, signs and sends webhooks, and can be
// told to fail in every way a sender must survive. Nothing leaves the machine.
//
// Under any version (/v26.0/…), with `Authorization: Bearer <token>`:
//
//	POST /{number}/messages              and /marketing_messages
//	POST /{number}/media                 multipart: messaging_product, type, file; kept for 30 days
//	GET  /{account}/message_templates    ?limit ?after ?fields ?name ?status ?language ?category
//	POST /{account}/message_templates    one template; PENDING, after ten seconds APPROVED, or REJECTED if its name says "reject"
//	GET  /{account}/phone_numbers
//	GET  /{number}, /{account}, /{template}    ?fields
//	GET, POST, DELETE /{account}/subscribed_apps    {"override_callback_uri","verify_token"}
//	GET  /debug_token    ?input_token
//
// For people and tests, without a token:
//
//	GET  /sandbox/calls       every accepted message; ?to=NUMBER ?after=N ?limit=N
//	GET  /sandbox/stats       counts: accepted, refused by code, repeats, webhooks
//	POST /sandbox/reset       forget everything, rewind the script
//	POST /sandbox/inbound     {"from":"+16045550101","text":"STOP"}, with "payload" a button tap
//	POST /sandbox/preference  {"from":"+16045550101","value":"stop"} or "resume"
//	POST /sandbox/template    {"name":"weekly_offer","language":"en","status":"PAUSED"}
//	POST /sandbox/script      a script, in place of the one before
//	POST /sandbox/drain       send every pending webhook now
//
// A call is decided in this order: token, id, shape, template (none of these
// count for the script), throughput, script, account and window, pair limit,
// 24-hour limit. Then it is in the log, then the latency passes, then the
// answer goes out. So a client that gives up early has sent its message.
//
// # Script
//
// A script is one JSON object; every part may be left out:
//
//	{
//	  "seed": 7,
//	  "account":  {"quality": "RED", "status": "FLAGGED", "tier": "TIER_250", "throughput": "HIGH",
//	               "unpaid": true, "unverified": true, "unheard": true, "clock": "20m",
//	               "expires": "72h", "scopes": "whatsapp_business_messaging"},
//	  "shares":   {"undeliverable": 0.02, "offline": 0.03, "unread": 0.3},
//	  "delays":   {"sent": "150ms..600ms", "delivered": "3s", "read": "1s..12s", "failed": "1s", "held": "10s", "reply": "2s"},
//	  "webhooks": {"double": 0.1, "reverse": 0.1, "batch": 50, "silent": false},
//	  "rules": [
//	    {"to": "+16045550101", "do": "fail", "code": 131049},
//	    {"nth": [3], "http": 500},
//	    {"every": 10, "code": 131000, "times": 5},
//	    {"from": 200, "code": 132015},
//	    {"share": 0.01, "do": "reset_after"},
//	    {"endpoint": "templates", "nth": [1], "do": "html"}
//	  ]
//	}
//
// Conditions of a rule, all of which must hold: endpoint ("messages" unless
// given, "templates", "account", "token", "media"), to (number or business-scoped id, one or a
// list), prefix (leading digits), template; then, counting the calls that meet
// those from 1, nth (a list), every, from, until; share (that part of the
// calls, the same in every run), times (at most so often). The first rule that
// matches decides.
//
// What happens ("do"; without it a code means error, an http status http, a
// delay slow). Before acceptance, so the call is not in the log:
//
//	error        refuse with code; http, subcode, details, retry_after and string_error_data shape it
//	http         that status without a body      html   that status (502) with a page
//	error_in_ok  status 200 and an error body    reset_before   connection reset
//
// With "accepted": true, http, html and error_in_ok take the message first. After acceptance:
//
//	reset_after  connection reset                half   half an answer
//	garbage      200 that is not JSON            wrong_types   200 with other types than promised
//	huge         200 of size bytes (8 MiB)       slow   nothing but delay
//	held         held_for_quality_assessment, then sent, or failed with code if there is one
//	fail         accepted, then failed with code
//	silent       no webhook      deliver, unread   whatever the shares say
//	double, reverse   the statuses of this message come twice, or backwards
//	early        sent is told before the answer
//	reply        the person writes text after delivery
//
// Every action may carry "delay", which adds to the latency of its answer.
package sandbox
