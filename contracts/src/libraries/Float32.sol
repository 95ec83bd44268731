// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEEE 754 single precision, as results carry it, big-endian
library Float32 {
    /// @notice Infinite, not a number, or too large for what it is used for.
    error NotFinite(uint32 bits);

    /// @dev 2^e stands for one.
    uint256 internal constant ONE_BITS = 40;
    /// @dev Values below 2^7 only: components of embeddings, scores.
    uint256 private constant EXPONENT_MAX = 127 + 6;

    /// @notice The number times 2^40, cut off towards zero: exact down to 2^-17, and never off by more than 2^-40.
    function toFixed(uint32 bits) internal pure returns (int256 value) {
        unchecked {
            uint256 exponent = (bits >> 23) & 0xff;
            uint256 mantissa = bits & 0x7fffff;
            if (exponent > EXPONENT_MAX) revert NotFinite(bits);
            if (exponent == 0) exponent = 1; // subnormal
            else mantissa |= 0x800000;
            // mantissa · 2^(exponent − 150) · 2^40
            uint256 magnitude =
                exponent >= 110 ? mantissa << (exponent - 110) : 110 - exponent > 24 ? 0 : mantissa >> (110 - exponent);
            value = bits >> 31 == 0 ? int256(magnitude) : -int256(magnitude);
        }
    }
}
