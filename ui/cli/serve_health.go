package cli

import (
	"net/http"

	"pregon/store"
	"pregon/ui/contract"
)

// healthDocument is for a monitor: whether it works, and nothing of anybody.
type healthDocument struct {
	OK          bool   `json:"ok"`
	FeedHeardAt string `json:"feed_heard_at"` // "" never
	FeedFresh   bool   `json:"feed_fresh"`
	TripAt      string `json:"round_trip_at"`      // of the last one that arrived
	TripProblem string `json:"round_trip_problem"` // of the last one tried: "", unreachable, certificate, foreign
	Engine      string `json:"engine"`             // idle, sending, waiting, elsewhere, elsewhere_silent
	Waiting     string `json:"waiting"`            // why, when waiting
}

// health answers 200 while the shop file can be read, else 503.
func (l *line) health(w http.ResponseWriter, r *http.Request, shop *Shop) {
	document, err := l.healthOf(r, shop)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		l.log.Error("answer for our health", "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err := contract.Write(w, document); err != nil {
		l.log.Debug("answer for our health", "err", err) // who asked is gone
	}
}

func (l *line) healthOf(r *http.Request, shop *Shop) (healthDocument, error) {
	ctx := r.Context()
	account, err := shop.Store.Account(ctx)
	if err != nil {
		return healthDocument{}, err
	}
	door, err := shop.Store.Door(ctx)
	if err != nil {
		return healthDocument{}, err
	}
	holder, err := shop.Store.Holder(ctx)
	if err != nil {
		return healthDocument{}, err
	}
	document := healthDocument{
		OK: true, FeedHeardAt: stamp(account.FeedHeardAt), FeedFresh: account.FeedFresh(l.Now()),
		TripAt: stamp(door.PassedAt), TripProblem: string(door.Problem),
	}
	document.Engine, document.Waiting = engineState(shop, holder)
	return document, nil
}

func engineState(shop *Shop, holder *store.LockedError) (state, waiting string) {
	current, sending := shop.Engine.Current()
	switch {
	case sending && current.Hung != nil:
		return "elsewhere_silent", ""
	case sending && current.Elsewhere:
		return "elsewhere", ""
	case sending && current.Wait.Long():
		return "waiting", string(current.Wait.Reason)
	case sending:
		return "sending", ""
	case holder != nil:
		return "elsewhere", ""
	}
	return "idle", ""
}
