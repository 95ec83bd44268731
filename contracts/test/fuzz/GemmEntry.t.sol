// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGemmHarness} from "../IGemmHarness.sol";
import {Test} from "../Test.sol";

/// @title GemmEntry against the definition, digit by digit
contract GemmEntryTest is Test {
    IGemmHarness private gemm;

    function setUp() public {
        gemm = IGemmHarness(deploy("GemmHarness.sol:GemmHarness", ""));
    }

    function testFuzz_ofSeed_isTheDefinition(bytes32 seed, uint256 blocks, uint32 i, uint32 j) public view {
        uint256 n = 64 * bound(blocks, 1, 8);
        int256 sum = 0;
        for (uint256 k = 0; k < n; ++k) {
            sum += _operand(seed, 0, i, k) * _operand(seed, 1, j, k);
        }
        assertEq(gemm.ofSeed(seed, n, i, j), sum);
    }

    function testFuzz_dot_isTheSumOfProducts(bytes32 seed, uint256 words) public view {
        words = bound(words, 1, 40);
        bytes memory a;
        bytes memory b;
        for (uint256 k = 0; k < words; ++k) {
            a = bytes.concat(a, keccak256(abi.encode(seed, k)));
            b = bytes.concat(b, keccak256(abi.encode(k, seed)));
        }
        assertEq(gemm.dot(a, b), _dot(a, b));
    }

    /// @dev Lanes at their fullest: every digit 0 (−8) or f (7), in the longest rows.
    function test_dot_atTheBoundsOfEveryLane() public view {
        bytes memory low = new bytes(32_768);
        bytes memory high = new bytes(32_768);
        for (uint256 k = 0; k < high.length; ++k) {
            high[k] = 0xff;
        }
        assertEq(gemm.dot(low, low), 64 * 65_536);
        assertEq(gemm.dot(high, high), 49 * 65_536);
        assertEq(gemm.dot(low, high), -56 * 65_536);
        assertEq(gemm.dot(high, low), -56 * 65_536);
    }

    function test_dot_seesEveryDigit() public view {
        bytes memory a = new bytes(64);
        bytes memory b = new bytes(64);
        int256 before = gemm.dot(a, b);
        for (uint256 k = 0; k < 64; ++k) {
            a[k] = 0x10;
            assertEq(gemm.dot(a, b), before - 8, "first digit of a");
            a[k] = 0x01;
            assertEq(gemm.dot(a, b), before - 8, "second digit of a");
            b[k] = 0x03;
            assertEq(gemm.dot(a, b), before - 8 - 24 + 3, "second digit of b, against the same of a");
            b[k] = 0x30;
            assertEq(gemm.dot(a, b), before - 8 - 24, "first digit of b, against the other of a");
            a[k] = 0;
            b[k] = 0;
        }
    }

    function testFuzz_packedRow_refusesOtherSizes(uint256 n) public {
        if (n >= 64 && n <= 65_536 && n % 64 == 0) ++n;
        vm.expectRevert(abi.encodeWithSelector(IGemmHarness.WrongSize.selector, n));
        gemm.packedRow(0, 0, 0, n);
    }

    function test_dot_refusesRowsOfDifferentLength() public {
        vm.expectRevert(abi.encodeWithSelector(IGemmHarness.WrongRowBytes.selector, 64, 32));
        gemm.dot(new bytes(32), new bytes(64));
    }

    /// @dev With too little gas it must fail, never answer from memory that no hash was written to.
    function testFuzz_ofSeed_withLittleGasRevertsOrIsRight(uint256 gas_) public view {
        gas_ = bound(gas_, 5_000, 60_000);
        int256 want = gemm.ofSeed("seed", 512, 1, 2);
        try gemm.ofSeed{gas: gas_}("seed", 512, 1, 2) returns (int256 got) {
            assertEq(got, want);
        } catch {}
    }

    function _operand(bytes32 seed, uint8 matrix, uint32 row, uint256 k) private pure returns (int256) {
        bytes32 key = sha256(abi.encodePacked("assay/gemm/v1", matrix, seed, row));
        bytes32 digest = sha256(abi.encodePacked(key, uint32(k / 64)));
        return _digit(abi.encodePacked(digest), k % 64);
    }

    function _dot(bytes memory a, bytes memory b) private pure returns (int256 sum) {
        for (uint256 k = 0; k < 2 * a.length; ++k) {
            sum += _digit(a, k) * _digit(b, k);
        }
    }

    function _digit(bytes memory packed, uint256 k) private pure returns (int256) {
        uint8 both = uint8(packed[k / 2]);
        return int256(uint256(k % 2 == 0 ? both >> 4 : both & 15)) - 8;
    }
}
