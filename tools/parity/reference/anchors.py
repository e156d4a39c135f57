"""Anchor generators."""

from mmdet.models.task_modules import AnchorGenerator, SSDAnchorGenerator

from registry import reference, variants


def lists(tensors):
    return [each.tolist() for each in tensors]


@reference('mmdet_anchors_retina', 'mmdet 3.3.0 AnchorGenerator')
def retina(inputs, _):
    names = (
        'strides',
        'ratios',
        'scales',
        'octave_base_scale',
        'scales_per_octave',
        'base_sizes',
        'scale_major',
        'centers',
    )
    generator = AnchorGenerator(**{name: inputs[name] for name in names if name in inputs})
    sizes = [tuple(size) for size in inputs['featmap_sizes']]
    return {
        'base_anchors': lists(generator.base_anchors),
        'grid': lists(generator.grid_priors(sizes, device='cpu')),
        'valid': lists(generator.valid_flags(sizes, tuple(inputs['pad_shape']), device='cpu')),
    }


@variants(retina)
def retina_inputs(_):
    octaves = {'octave_base_scale': 4, 'scales_per_octave': 3}
    yield (
        'five_levels',
        {
            'strides': [8, 16, 32, 64, 128],
            'ratios': [0.5, 1.0, 2.0],
            **octaves,
            'featmap_sizes': [[20, 25], [10, 13], [5, 7], [3, 4], [2, 2]],
            'pad_shape': [150, 190],
        },
        {},
    )
    yield (
        'scales_minor',
        {
            'strides': [8, 16],
            'ratios': [0.5, 2.0],
            'scales': [1.0, 3.0, 5.5],
            'base_sizes': [10, 20],
            'scale_major': False,
            'featmap_sizes': [[6, 5], [3, 3]],
            'pad_shape': [44, 40],
        },
        {},
    )
    yield (
        'centers',
        {
            'strides': [[8, 16], [32, 16]],
            'ratios': [1.0, 2.0],
            'scales': [2.0],
            'centers': [[4.0, 8.0], [1.0, 0.0]],
            'featmap_sizes': [[4, 5], [2, 3]],
            'pad_shape': [50, 60],
        },
        {},
    )
    yield (
        'octaves2',
        {
            'strides': [4, 10],
            'ratios': [0.25, 1.0, 3.0, 4.0],
            'octave_base_scale': 3,
            'scales_per_octave': 2,
            'featmap_sizes': [[9, 6], [4, 5]],
            'pad_shape': [30, 20],
        },
        {},
    )


@reference('mmdet_anchors_center_offset', 'mmdet 3.3.0 AnchorGenerator center_offset')
def center_offset(inputs, _):
    names = ('strides', 'ratios', 'scales', 'base_sizes', 'center_offset')
    generator = AnchorGenerator(**{name: inputs[name] for name in names})
    return {'grid': generator.grid_priors([tuple(inputs['featmap'])], device='cpu')[0].tolist()}


@variants(center_offset)
def center_offset_inputs(_):
    yield (
        'wide',
        {
            'strides': [12],
            'ratios': [0.5, 1.0, 2.0],
            'scales': [1.0, 2.5],
            'base_sizes': [7],
            'center_offset': 0.5,
            'featmap': [9, 14],
        },
        {},
    )
    yield (
        'quarter',
        {
            'strides': [8],
            'ratios': [1.0, 3.0],
            'scales': [2.0],
            'base_sizes': [8],
            'center_offset': 0.25,
            'featmap': [5, 3],
        },
        {},
    )


SSD = {
    300: ([8, 16, 32, 64, 100, 300], [[2], [2, 3], [2, 3], [2, 3], [2], [2]]),
    512: ([8, 16, 32, 64, 128, 256, 512], [[2], [2, 3], [2, 3], [2, 3], [2, 3], [2], [2]]),
}


def ssd(inputs, wanted):
    size = inputs['input_size']
    strides, ratios = SSD[size]
    span = tuple(inputs['basesize_ratio_range'])
    generator = SSDAnchorGenerator(
        strides=strides, ratios=ratios, basesize_ratio_range=span, input_size=size, scale_major=False
    )
    outputs = {'base_anchors': lists(generator.base_anchors)}
    if 'grid' in wanted:
        outputs['grid'] = lists(generator.grid_priors([tuple(size) for size in inputs['featmap_sizes']], device='cpu'))
    return outputs


@reference('mmdet_anchors_ssd300', 'mmdet 3.3.0 SSDAnchorGenerator')
def ssd300(inputs, wanted):
    return ssd(inputs, wanted)


@reference('mmdet_anchors_ssd512', 'mmdet 3.3.0 SSDAnchorGenerator')
def ssd512(inputs, wanted):
    return ssd(inputs, wanted)


@variants(ssd300)
def ssd300_inputs(_):
    yield 'voc', {'input_size': 300, 'basesize_ratio_range': [0.2, 0.9]}, {'base_anchors': None}
    yield (
        'grid',
        {
            'input_size': 300,
            'basesize_ratio_range': [0.15, 0.9],
            'featmap_sizes': [[4, 4], [3, 3], [5, 5], [5, 5], [3, 3], [1, 1]],
        },
        {'grid': None},
    )


@variants(ssd512)
def ssd512_inputs(_):
    yield 'coco', {'input_size': 512, 'basesize_ratio_range': [0.1, 0.9]}, {'base_anchors': None}
    yield 'voc', {'input_size': 512, 'basesize_ratio_range': [0.15, 0.9]}, {'base_anchors': None}
