package vision

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
)

// Numbers are what a network makes of a face. They are personal data: they
// stay at the centre and are deleted with the photo or the consent (R25).
type Numbers []float32

var errNotNumbers = errors.New("bytes that are no numbers")

// Bytes are the numbers as four bytes each, least significant first.
func (n Numbers) Bytes() []byte {
	data := make([]byte, 0, 4*len(n))
	for _, v := range n {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return data
}

// NumbersOf reads them back.
func NumbersOf(data []byte) (Numbers, error) {
	if len(data)%4 != 0 {
		return nil, errNotNumbers
	}
	n := make(Numbers, len(data)/4)
	for i := range n {
		n[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return n, nil
}

// MarshalText makes them text in a message.
func (n Numbers) MarshalText() ([]byte, error) {
	return []byte(base64.StdEncoding.EncodeToString(n.Bytes())), nil
}

// UnmarshalText reads them from a message.
func (n *Numbers) UnmarshalText(text []byte) error {
	data, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return errNotNumbers
	}
	*n, err = NumbersOf(data)
	return err
}

// Together is the mean of faces, each of the same weight; nil of none.
func Together(faces []Numbers) Numbers {
	var sum Numbers
	for _, face := range faces {
		length := 0.0
		for _, v := range face {
			length += float64(v) * float64(v)
		}
		if sum == nil {
			sum = make(Numbers, len(face))
		}
		if length = math.Sqrt(length); length == 0 || math.IsNaN(length) || len(face) != len(sum) {
			continue
		}
		for i, v := range face {
			sum[i] += float32(float64(v) / length)
		}
	}
	return sum
}
