package sandbox

// lot draws parts from 0 to 1 that depend on nothing but a seed and words, so
// that a run can be repeated whatever order its calls arrive in.
type lot uint64

func newLot(seed uint64, address string, nth uint64) lot {
	return lot(mix(seed + nth*0x9e3779b97f4a7c15)).word(address)
}

func (l lot) part(name string) float64 {
	return float64(mix(uint64(l.word(name)))>>11) / (1 << 53)
}

// word folds a word in by FNV-1a.
func (l lot) word(s string) lot {
	h := uint64(l) ^ 14695981039346656037
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return lot(h)
}

// mix is the finalizer of splitmix64: FNV alone leaves the high bits of like
// numbers alike.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
