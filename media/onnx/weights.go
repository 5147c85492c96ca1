package onnx

import (
	"encoding/binary"
	"math"
)

// The fields of ONNX by which weights are found.
const (
	graphNode                                   = 1
	nodeAttribute                               = 5
	attributeName, attributeTensor, attributeOf = 1, 5, 6
	tensorRaw                                   = 9
)

// BranchWeights are the weights that the constants of one branch of the network
// hold (of its then_branch or its else_branch), by their names. Whoever uses them
// knows how many numbers each has.
func BranchWeights(data []byte, branch string) (map[string][]float32, error) {
	graph, err := last(data, modelGraph)
	if err != nil || graph == nil {
		return nil, ErrNoNetwork
	}
	weights := map[string][]float32{}
	err = attributes(graph, func(name string, attribute []byte) error {
		if name != branch {
			return nil
		}
		inner, err := last(attribute, attributeOf)
		if err != nil {
			return err
		}
		return attributes(inner, func(_ string, attribute []byte) error { return addWeight(weights, attribute) })
	})
	return weights, err
}

// attributes calls do with every attribute of every node of a graph.
func attributes(graph []byte, do func(name string, attribute []byte) error) error {
	return each(graph, func(field uint64, node []byte) error {
		if field != graphNode {
			return nil
		}
		return each(node, func(field uint64, attribute []byte) error {
			if field != nodeAttribute {
				return nil
			}
			name, err := last(attribute, attributeName)
			if err != nil {
				return err
			}
			return do(string(name), attribute)
		})
	})
}

// addWeight adds what has a name: the others are sizes and places.
func addWeight(weights map[string][]float32, attribute []byte) error {
	tensor, err := last(attribute, attributeTensor)
	if err != nil {
		return err
	}
	name, err := last(tensor, tensorName)
	if err != nil || len(name) == 0 {
		return err
	}
	raw, err := last(tensor, tensorRaw)
	if err != nil {
		return err
	}
	numbers := make([]float32, len(raw)/4)
	for i := range numbers {
		numbers[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	weights[string(name)] = numbers
	return nil
}
