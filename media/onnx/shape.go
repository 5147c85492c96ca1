package onnx

import (
	"encoding/binary"
	"slices"
)

// Port is an input or output of a network. Sizes is its shape; 0 is a size
// that the file leaves open.
type Port struct {
	Name  string
	Sizes []int64
}

// The fields of ONNX that are read (onnx.proto).
const (
	modelGraph                                 = 7
	graphInitializer, graphInput, graphOutput  = 5, 11, 12
	tensorName                                 = 8
	valueName, valueType                       = 1, 2
	typeTensor, tensorShape, shapeSize, sizeIs = 1, 2, 1, 1
)

// Shape reads inputs and outputs of a network out of its file, and nothing
// else. Depth and work are bounded by the format.
func Shape(data []byte) (inputs, outputs []Port, err error) {
	graph, err := last(data, modelGraph)
	if err != nil || graph == nil {
		return nil, nil, ErrNoNetwork
	}
	weights := map[string]bool{} // older files name them among the inputs
	err = each(graph, func(field uint64, body []byte) error {
		if field == graphInitializer {
			name, err := last(body, tensorName)
			weights[string(name)] = true
			return err
		}
		if field != graphInput && field != graphOutput {
			return nil
		}
		p, err := readPort(body)
		if field == graphInput {
			inputs = append(inputs, p)
		} else {
			outputs = append(outputs, p)
		}
		return err
	})
	inputs = slices.DeleteFunc(inputs, func(p Port) bool { return weights[p.Name] })
	return inputs, outputs, err
}

func readPort(body []byte) (p Port, err error) {
	name, err := last(body, valueName)
	if err != nil {
		return p, err
	}
	p.Name = string(name)
	for _, field := range []uint64{valueType, typeTensor, tensorShape} {
		if body, err = last(body, field); err != nil {
			return p, err
		}
	}
	err = each(body, func(field uint64, size []byte) error {
		if field == shapeSize {
			p.Sizes = append(p.Sizes, open(size))
		}
		return nil
	})
	return p, err
}

// open is a size, 0 where the file has a name instead.
func open(size []byte) int64 {
	key, n := binary.Uvarint(size)
	if n <= 0 || key != sizeIs<<3|wireNumber {
		return 0
	}
	value, n := binary.Uvarint(size[n:])
	if n <= 0 {
		return 0
	}
	return int64(value)
}
