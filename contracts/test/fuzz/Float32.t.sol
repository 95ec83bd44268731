// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Float32} from "../../src/libraries/Float32.sol";
import {Test} from "../Test.sol";

contract Float32FuzzTest is Test {
    int256 private constant ONE = 1 << 40;

    function test_toFixed_knownValues() public pure {
        assertEq(Float32.toFixed(0x3f800000), ONE);
        assertEq(Float32.toFixed(0xbf800000), -ONE);
        assertEq(Float32.toFixed(0x3f000000), ONE / 2);
        assertEq(Float32.toFixed(0x40490fdb), 3_454_217_748_480, "pi");
        assertEq(Float32.toFixed(0x00000000), 0);
        assertEq(Float32.toFixed(0x80000000), 0);
        assertEq(Float32.toFixed(0x00000001), 0, "the smallest of all");
        assertEq(Float32.toFixed(0x2b800000), 1, "2^-40");
        assertEq(Float32.toFixed(0x42ffffff), ONE * 128 - (1 << 23), "just below 2^7");
    }

    function test_toFixed_refusesInfinityNanAndGreatNumbers() public {
        uint32[4] memory bad = [uint32(0x7f800000), 0xff800000, 0x7fc00000, 0x43000000];
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Float32.NotFinite.selector, bad[i]));
            this.toFixedOutside(bad[i]);
        }
    }

    function testFuzz_toFixed_isOddAndGrows(uint32 bits) public pure {
        uint32 small = uint32(bound(bits, 0, 0x42fffffe));
        int256 value = Float32.toFixed(small);
        assertGe(uint256(Float32.toFixed(small + 1)), uint256(value));
        assertEq(Float32.toFixed(small | 0x80000000), -value);
    }

    function toFixedOutside(uint32 bits) external pure returns (int256) {
        return Float32.toFixed(bits);
    }
}
