// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Test.sol";

/// @notice The test harness itself: were `bound` or an assertion broken, every other test would be worth less.
contract HarnessTest is Test {
    function testFuzz_bound_staysInside(uint256 x, uint256 min, uint256 max) public pure {
        vm.assume(min <= max);
        uint256 folded = bound(x, min, max);
        assertGe(folded, min);
        assertLe(folded, max);
    }

    function test_bound_leavesInsideValuesAlone() public pure {
        assertEq(bound(7, 5, 9), 7);
        assertEq(bound(5, 5, 9), 5);
        assertEq(bound(9, 5, 9), 9);
        assertEq(bound(type(uint256).max, 0, type(uint256).max), type(uint256).max);
    }

    function test_bound_mapsEdgesToEdges() public pure {
        assertEq(bound(0, 5, 9), 5);
        assertEq(bound(1, 5, 9), 6);
        assertEq(bound(type(uint256).max, 5, 9), 9);
        assertEq(bound(type(uint256).max - 1, 5, 9), 8);
    }

    function test_bound_refusesAnEmptyRange() public {
        vm.expectRevert(abi.encodeWithSelector(NoRoomBetweenBounds.selector, 9, 5));
        this.boundOutside(0, 9, 5);
    }

    function test_assertEq_revertsOnDifference() public {
        vm.expectRevert("assertion failed: 1 != 2");
        this.assertEqOutside(1, 2);
    }

    function test_signature_recoversToTheAccount() public {
        Account memory alice = account("alice");
        bytes memory made = signature(alice.key, keccak256("message"));
        assertEq(made.length, 65);
        bytes32 r;
        bytes32 s;
        assembly ("memory-safe") {
            r := mload(add(made, 32))
            s := mload(add(made, 64))
        }
        assertEq(ecrecover(keccak256("message"), uint8(made[64]), r, s), alice.addr);
    }

    function boundOutside(uint256 x, uint256 min, uint256 max) external pure returns (uint256) {
        return bound(x, min, max);
    }

    function assertEqOutside(uint256 got, uint256 want) external pure {
        assertEq(got, want);
    }
}
