package store

// Updates is how many single pieces of news a feed holds.
func (f *Feed) Updates() int {
	return len(f.Statuses) + len(f.Inbound) + len(f.Preferences) + len(f.Templates) + len(f.Account) + len(f.Identities) + len(f.Unread)
}

// Add puts another feed behind this one, so that both are taken in one
// transaction. The whole counts as heard if one of them does.
func (f *Feed) Add(other Feed) {
	f.Statuses = append(f.Statuses, other.Statuses...)
	f.Inbound = append(f.Inbound, other.Inbound...)
	f.Preferences = append(f.Preferences, other.Preferences...)
	f.Templates = append(f.Templates, other.Templates...)
	f.Account = append(f.Account, other.Account...)
	f.Identities = append(f.Identities, other.Identities...)
	f.Unread = append(f.Unread, other.Unread...)
	f.FromFile = f.FromFile && other.FromFile
}
