package main

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
)

// An object with bytes that are computed from its key and their position, so that any part can be
// checked.
type object struct {
	key    string
	length int64
}

// film returns one of the long objects: 0 is the cached one, the others are cold.
func (s sizes) film(i int) object {
	return object{key: fmt.Sprintf("film-%d.mp4", i), length: s.filmBytes()}
}

// clip returns one of the short objects.
func (s sizes) clip(i int) object {
	return object{key: fmt.Sprintf("clip-%d.mp4", i), length: s.clipBytes()}
}

// ReadAt computes the bytes at a position.
func (o object) ReadAt(into []byte, position int64) (int, error) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(o.key))
	seed := hash.Sum64()
	var word [8]byte
	for done := 0; done < len(into); {
		at := uint64(position) + uint64(done)
		if at%8 == 0 && len(into)-done >= 8 {
			binary.LittleEndian.PutUint64(into[done:], scramble(seed+at/8))
			done += 8
			continue
		}
		binary.LittleEndian.PutUint64(word[:], scramble(seed+at/8))
		done += copy(into[done:], word[at%8:])
	}
	return len(into), nil
}

// scramble spreads a counter over 64 bits: like a film, the bytes do not compress.
func scramble(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	x ^= x >> 32
	return x
}
