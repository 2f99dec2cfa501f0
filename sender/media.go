package sender

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// A platform that no longer knows a file it was given gets it once more; one
// that then still does not know it is not asked a third time.
const renewEvery = 10 * time.Minute

// heading is the picture, video or document at the head of one run's messages.
type heading struct {
	upload  store.Upload
	turn    int64 // how many uploads this run has seen; a call carries the one it went out with
	stale   bool  // the platform does not know it any more
	renewed time.Time
	tries   int
}

// head makes sure that the messages have their picture: uploaded once for all
// of them, again when it ends, and the same after a restart. It returns why
// nobody can be called yet.
func (r *run) head(ctx context.Context) (Wait, error) {
	r.mu.Lock()
	media, number, h := r.seen.Media, r.shop.PhoneNumberID, r.heading
	r.mu.Unlock()
	now := r.engine.config.Now()
	switch {
	case media.Kind == "":
		return Wait{}, nil
	case media.Link != "":
		if h.turn == 0 {
			r.headed(media, store.Upload{})
		}
		return Wait{}, nil
	case !h.stale && h.upload.Good(number, now):
		return Wait{}, nil
	}
	if h.turn == 0 && !h.stale {
		upload, err := r.engine.outbox.Uploaded(ctx, r.id)
		if err != nil {
			return Wait{}, fmt.Errorf("read what was uploaded: %w", err)
		}
		if upload.Good(number, now) {
			r.headed(media, upload)
			return Wait{}, nil
		}
	}
	return r.upload(ctx, media, number)
}

// upload hands the file over.
func (r *run) upload(ctx context.Context, media store.Media, number string) (Wait, error) {
	whole, err := r.engine.store.Media(ctx, r.id)
	if err != nil {
		return Wait{}, fmt.Errorf("read the media: %w", err)
	}
	id, err := r.client.UploadMedia(ctx, whole)
	if call, refused := errors.AsType[*cloudapi.CallError](err); refused {
		return r.notUploaded(ctx, call)
	}
	if err != nil {
		return Wait{}, fmt.Errorf("upload the media: %w", err)
	}
	upload, err := r.engine.outbox.RecordUpload(ctx, r.id, id, number)
	if err != nil {
		return Wait{}, fmt.Errorf("keep what was uploaded: %w", err)
	}
	r.headed(media, upload)
	return Wait{}, nil
}

// notUploaded waits and tries again, or stops where a person has to look.
func (r *run) notUploaded(ctx context.Context, call *cloudapi.CallError) (Wait, error) {
	if over(ctx) {
		return Wait{}, nil
	}
	b, again := backoffs[call.Action]
	r.mu.Lock()
	r.heading.tries++
	tries := r.heading.tries
	r.mu.Unlock()
	if again && (b.tries == 0 || tries < b.tries) {
		why := WaitPlatform
		if call.Action == cloudapi.Offline {
			why = WaitNetwork
		}
		return Wait{why, r.engine.config.Now().Add(b.delay(tries, 0))}, nil
	}
	reason := call.Reason
	if reason == "" || reason == cloudapi.ReasonNetwork || reason == cloudapi.ReasonRequest {
		reason = cloudapi.ReasonMedia
	}
	r.halted.Store(true)
	return Wait{}, r.pause(ctx, Stop{reason, call.Code})
}

// headed has the next calls carry it.
func (r *run) headed(media store.Media, upload store.Upload) {
	r.client.UseHead(cloudapi.Head{Kind: media.Kind, ID: upload.ID, Link: media.Link, Name: media.Name})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heading.upload, r.heading.stale, r.heading.tries = upload, false, 0
	r.heading.turn++
}

// renews decides about an answer that says that the platform does not know the
// file: whether it is to be handed over again, and the person called again,
// instead of stopping. turn is that of the call.
func (r *run) renews(stop *Stop, turn int64) bool {
	if stop == nil || stop.Reason != cloudapi.ReasonMedia {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	h, now := &r.heading, time.Now()
	switch {
	case r.seen.Media.Kind == "" || r.seen.Media.Link != "":
		return false
	case turn < h.turn || h.stale: // it was handed over since, or is about to be
		return true
	case !h.renewed.IsZero() && now.Sub(h.renewed) < renewEvery:
		return false
	}
	h.stale, h.renewed = true, now
	return true
}

func (r *run) turn() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.heading.turn
}
