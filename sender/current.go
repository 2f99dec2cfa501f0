package sender

// Current is how far the broadcast is that this process sends now, or follows
// where another does; false when there is none. Of several it is the one begun
// last, of its own before those of others.
func (e *Engine) Current() (Progress, bool) {
	e.board.mu.Lock()
	defer e.board.mu.Unlock()
	var current Progress
	for id, p := range e.board.progress {
		if (p.Running && (id >= current.Broadcast || !current.Running)) || (p.Elsewhere && !current.Running && id >= current.Broadcast) {
			current = p
		}
	}
	return current, current.Running || current.Elsewhere
}
