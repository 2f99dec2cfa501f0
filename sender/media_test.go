package sender_test

import (
	"strings"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
)

var bread = []byte("\xff\xd8\xff\xe0 bread")

// pictured is a desk with a broadcast of a template that has a picture at its head.
func pictured(t *testing.T, people int, opt sandbox.Options) (*desk, store.BroadcastID) {
	t.Helper()
	d := newDesk(t, people, opt)
	if err := d.SaveTemplates(t.Context(), []store.Template{{
		MetaID: "1", Name: "offer", Language: "en", Status: "APPROVED", Category: "MARKETING", Quality: "GREEN",
		Components: `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Hello {{1}}, bread is half price. Write STOP to leave."}]`,
	}}); err != nil {
		t.Fatal(err)
	}
	id := d.Broadcast(t, everybody)
	if err := d.SetMedia(t.Context(), id, store.Media{Kind: "IMAGE", Name: "bread.jpg", Data: bread}); err != nil {
		t.Fatal(err)
	}
	return d, id
}

func offerWithPicture() []sandbox.Template {
	with := offer()
	with.Components = append([]sandbox.Component{{Type: "HEADER", Format: "IMAGE"}}, with.Components...)
	return []sandbox.Template{with}
}

// wantHeads says that everybody got one message, each with one of the files that were handed over.
func (d *desk) wantHeads(t *testing.T, people, uploads int) {
	t.Helper()
	given := map[string]bool{}
	for _, up := range d.sandbox.Uploads() {
		given[up.ID] = true
		if up.Kind != "image" || up.MIME != "image/jpeg" || up.Size != int64(len(bread)) {
			t.Errorf("handed over %+v", up)
		}
	}
	calls := d.sandbox.Calls()
	if len(given) != uploads || len(calls) != people {
		t.Errorf("%d uploads and %d messages, want %d and %d", len(given), len(calls), uploads, people)
	}
	for _, call := range calls {
		if len(call.Params) != 2 || call.Params[0].Component != "header" || !given[call.Params[0].Value] {
			t.Fatalf("a message carried %+v, uploads %v", call.Params, given)
		}
	}
	d.wantNobodyTwice(t)
}

func TestThePictureIsHandedOverOnceForAll(t *testing.T) {
	t.Parallel()
	d, id := pictured(t, 30, sandbox.Options{Templates: offerWithPicture()})
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 4 })
	d.during(func(n int64) {
		if n == 10 {
			if err := e.Pause(t.Context(), id, "Ana"); err != nil {
				t.Error(err)
			}
		}
	})
	if ended := run(t, e, id, asAna); ended.State != store.BroadcastPaused {
		t.Fatalf("ended %+v", ended)
	}
	d.during(func(int64) {})
	if ended := run(t, d.engine(t, d.reopen(t), nil), id, asAna); ended.State != store.BroadcastDone { // another process
		t.Fatalf("ended %+v", ended)
	}
	d.wantHeads(t, 30, 1)
}

func TestAPictureThatEndsIsHandedOverAgain(t *testing.T) {
	t.Parallel()
	d, id := pictured(t, 40, sandbox.Options{Templates: offerWithPicture(), Latency: 5 * time.Millisecond})
	d.during(func(n int64) {
		if n == 20 {
			d.sandbox.ForgetUploads() // with some calls under way
		}
	})
	if ended := run(t, d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 4 }), id, asAna); ended.State != store.BroadcastDone {
		t.Fatalf("ended %+v", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 40})
	d.wantHeads(t, 40, 2)
}

func TestAPictureOlderThanItsLifeIsHandedOverBeforeAnybodyIsCalled(t *testing.T) {
	t.Parallel()
	d, id := pictured(t, 4, sandbox.Options{Templates: offerWithPicture()})
	if err := d.SaveAccount(t.Context(), store.Account{MessagingLimit: 2, Throughput: 80, Status: "CONNECTED"}); err != nil {
		t.Fatal(err)
	}
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.Wait.Reason != sender.WaitLimit {
		t.Fatalf("ended %+v", ended)
	}
	d.clock.advance(35 * 24 * time.Hour)
	d.sandbox.ForgetUploads()
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.State != store.BroadcastDone {
		t.Fatalf("ended %+v", ended)
	}
	if refused := d.sandbox.Stats().Refused; len(refused) != 0 {
		t.Errorf("refused: %v, want the old id never used", refused)
	}
	d.wantHeads(t, 4, 2)
}

func TestAPictureThatIsNeverTakenStopsForAPerson(t *testing.T) {
	t.Parallel()
	d, id := pictured(t, 10, sandbox.Options{Templates: offerWithPicture()})
	d.script(t, `[{"code":131053}]`) // every message, whatever was handed over
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.State != store.BroadcastPaused || ended.Reason != "platform_media" {
		t.Errorf("ended %+v", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryQueued: 10})
	if n := len(d.sandbox.Uploads()); n != 2 {
		t.Errorf("%d uploads, want it tried once more and no third time", n)
	}
}

func TestAnUploadThatFailsIsTriedAgainOrStops(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, rules string
		state       store.BroadcastState
		reason      string
	}{
		{"trouble that passes", `[{"endpoint":"media","nth":[1,2],"http":500},{"endpoint":"media","nth":[3],"do":"reset_before"}]`, store.BroadcastDone, ""},
		{"too large after all", `[{"endpoint":"media","code":131053}]`, store.BroadcastPaused, "platform_media"},
		{"a token that ended", `[{"endpoint":"media","code":190}]`, store.BroadcastPaused, "platform_token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, id := pictured(t, 3, sandbox.Options{Templates: offerWithPicture()})
			d.script(t, tt.rules)
			ended := run(t, d.engine(t, d.Shop, nil), id, asAna)
			if ended.State != tt.state || ended.Reason != tt.reason {
				t.Errorf("ended %+v", ended)
			}
			if calls := len(d.sandbox.Calls()); (calls == 3) != (tt.state == store.BroadcastDone) {
				t.Errorf("%d messages", calls)
			}
		})
	}
}

func TestAPictureOnTheWebNeedsNoUpload(t *testing.T) {
	t.Parallel()
	d, id := pictured(t, 3, sandbox.Options{Templates: offerWithPicture()})
	link, err := store.LinkMedia("IMAGE", "https://luna.example/bread.jpg")
	if err == nil {
		err = d.SetMedia(t.Context(), id, link)
	}
	if err != nil {
		t.Fatal(err)
	}
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.State != store.BroadcastDone {
		t.Fatalf("ended %+v", ended)
	}
	for _, call := range d.sandbox.Calls() {
		if !strings.HasPrefix(call.Params[0].Value, "https://luna.example/") {
			t.Errorf("a message carried %+v", call.Params)
		}
	}
	if n := len(d.sandbox.Uploads()); n != 0 {
		t.Errorf("%d uploads", n)
	}
}
