// The cascades of jsfeat look for it by its global name.
import jsfeat from 'jsfeat'

Object.assign(self, { jsfeat })
