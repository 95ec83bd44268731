// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title One entry of a matrix product, computed again: C[i,j] = Σ A[i,k]·B[k,j], operands in [-8, 7]
/// @notice A *packed row* holds n operands in n/2 bytes: operand k is hexadecimal digit k, first digit first, less 8.
/// Row i of A, and row j of Bᵀ (column j of B), come from a seed:
/// `key = SHA-256("assay/gemm/v1" ‖ u8 matrix ‖ seed ‖ u32 row)`,
/// `packed row = SHA-256(key ‖ u32 0) ‖ SHA-256(key ‖ u32 1) ‖ …`, with matrix 0 for A and 1 for Bᵀ.
/// n is a multiple of 64, 64 to 65,536: so a row is whole digests, and an entry fits 23 bits and a sign.
/// @dev docs/decisions/0007 says why SHA-256, and what it costs.
library GemmEntry {
    /// @notice n is no multiple of 64 from 64 to 65,536.
    error WrongSize(uint256 got);
    /// @notice Packed rows of different length.
    error WrongRowBytes(uint256 got, uint256 want);
    /// @notice The hash function of address 2 failed: too little gas.
    error HashFailed();

    uint8 internal constant MATRIX_A = 0;
    uint8 internal constant MATRIX_B = 1;
    uint256 internal constant SIZE_MIN = 64;
    uint256 internal constant SIZE_MAX = 65_536;
    uint256 private constant PER_DIGEST = 64;

    /// @dev The lowest digit of each of a word's sixteen groups of four digits.
    uint256 private constant DIGITS = 0x000f000f000f000f000f000f000f000f000f000f000f000f000f000f000f000f;
    uint256 private constant HALVES_64 = 0xffffffffffffffff0000000000000000ffffffffffffffff;
    uint256 private constant HALVES_32 = 0xffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant HALVES_16 = 0xffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;

    function isSize(uint256 n) internal pure returns (bool) {
        return n >= SIZE_MIN && n <= SIZE_MAX && n % PER_DIGEST == 0;
    }

    /// @notice C[i,j] of the operands that `seed` gives.
    function ofSeed(bytes32 seed, uint256 n, uint32 i, uint32 j) internal view returns (int256) {
        return dot(packedRow(seed, MATRIX_A, i, n), packedRow(seed, MATRIX_B, j, n));
    }

    /// @notice The packed row of a matrix that `seed` gives.
    function packedRow(bytes32 seed, uint8 matrix, uint32 row, uint256 n) internal view returns (bytes memory packed) {
        if (!isSize(n)) revert WrongSize(n);
        bytes32 key = sha256(abi.encodePacked("assay/gemm/v1", matrix, seed, row));
        packed = new bytes(n / 2);
        bool done = true;
        assembly ("memory-safe") {
            // In scratch space: key, then the counter in the next four bytes.
            mstore(0, key)
            let to := add(packed, 32)
            let digests := shr(6, n)
            for { let c := 0 } lt(c, digests) { c := add(c, 1) } {
                mstore(32, shl(224, c))
                done := and(done, staticcall(gas(), 2, 0, 36, to, 32))
                to := add(to, 32)
            }
        }
        if (!done) revert HashFailed();
    }

    /// @notice The inner product of two packed rows of equal length, whole words.
    /// @dev Digits are taken sixteen at a time, each in a lane of 16 bits. With b's lanes in reverse order the top lane
    /// of the product a·b (mod 2^256) is Σ a_k·b_k, and no lane carries into the next: four products of sixteen digits
    /// stay below 4·16·15² = 14,400. Digits are 8 too large: Σ(a−8)(b−8) = Σab − 8·Σa − 8·Σb + 64·n. A lane of the sums
    /// grows by at most 60 a word, so 1,024 words fit.
    function dot(bytes memory a, bytes memory b) internal pure returns (int256) {
        uint256 length = a.length;
        if (b.length != length) revert WrongRowBytes(b.length, length);
        if (!isSize(length * 2)) revert WrongSize(length * 2);
        uint256 products = 0;
        uint256 sums = 0;
        uint256 more = 0;
        assembly ("memory-safe") {
            let offset := 32
            for { let end := add(length, 32) } lt(offset, end) { offset := add(offset, 32) } {
                let x := mload(add(a, offset))
                let y := mload(add(b, offset))
                y := or(shr(128, y), shl(128, y))
                y := or(and(shr(64, y), HALVES_64), shl(64, and(y, HALVES_64)))
                y := or(and(shr(32, y), HALVES_32), shl(32, and(y, HALVES_32)))
                y := or(and(shr(16, y), HALVES_16), shl(16, and(y, HALVES_16)))

                let p := and(x, DIGITS)
                let q := and(y, DIGITS)
                let product := mul(p, q)
                let sum := p
                let other := q

                p := and(shr(4, x), DIGITS)
                q := and(shr(4, y), DIGITS)
                product := add(product, mul(p, q))
                sum := add(sum, p)
                other := add(other, q)

                p := and(shr(8, x), DIGITS)
                q := and(shr(8, y), DIGITS)
                product := add(product, mul(p, q))
                sum := add(sum, p)
                other := add(other, q)

                p := and(shr(12, x), DIGITS)
                q := and(shr(12, y), DIGITS)
                products := add(products, shr(240, add(product, mul(p, q))))
                sums := add(sums, add(sum, p))
                more := add(more, add(other, q))
            }
        }
        uint256 digits = _sumOfLanes(sums) + _sumOfLanes(more);
        return int256(products + 64 * (length * 2)) - int256(8 * digits);
    }

    function _sumOfLanes(uint256 lanes) private pure returns (uint256 sum) {
        for (; lanes != 0; lanes >>= 16) {
            sum += lanes & 0xffff;
        }
    }
}
