// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {World} from "../World.sol";

contract WaterfallFuzzTest is World {
    function testFuzz_slash_neverExceedsTheStakeNorTouchesOtherLocks(
        uint256 lockedByOthers,
        uint256 lock,
        uint256 unbonding,
        uint256 amount,
        uint256 compensationMax
    ) public {
        lockedByOthers = bound(lockedByOthers, 0, STAKE);
        lock = bound(lock, 0, STAKE - lockedByOthers);
        unbonding = bound(unbonding, 0, STAKE - lockedByOthers - lock);
        amount = bound(amount, 0, 2 * uint256(STAKE));
        compensationMax = bound(compensationMax, 0, 2 * uint256(STAKE));
        _arrange(lockedByOthers + lock, unbonding);
        uint256 creditBefore = vault.creditOf(consumer.addr);

        vm.prank(address(settlement));
        (uint96 taken, uint96 compensation, uint96 burned, uint96 rest) =
            stake.slash(provider.addr, uint96(lock), uint96(amount), consumer.addr, uint96(compensationMax));

        (uint96 staked, uint96 locked, uint96 stillUnbonding,) = stake.stakeOf(provider.addr);
        uint256 reach = STAKE - lockedByOthers;
        assertEq(taken, amount < reach ? amount : reach, "taken");
        assertEq(staked, STAKE - taken, "staked");
        assertEq(locked, lockedByOthers, "other locks");
        assertLe(uint256(locked) + stillUnbonding, staked, "unbonding fits");
        assertEq(uint256(compensation) + burned + rest, taken, "all of it is somewhere");
        assertLe(compensation, compensationMax, "compensation");
        assertLe(compensation, taken / 2, "never more than half");
        assertGe(burned, rest, "at least half of the rest is burned");
        assertEq(vault.creditOf(consumer.addr), creditBefore + compensation);
        if (burned > 0) stake.flushSlashed();
        assertEq(vault.burned(), burned);
        assertEq(vault.creditOf(insurance), rest);
        assertEq(vault.ledgerOf(address(stake)), staked);
    }

    function testFuzz_slash_leavesTheRequestWithdrawable(uint256 unbonding, uint256 amount) public {
        unbonding = bound(unbonding, 1, STAKE);
        amount = bound(amount, 0, STAKE);
        _arrange(0, unbonding);
        vm.prank(address(settlement));
        stake.slash(provider.addr, 0, uint96(amount), consumer.addr, 0);
        uint256 left = STAKE - amount < unbonding ? STAKE - amount : unbonding;
        skip(4 days);
        if (left == 0) return;
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
        assertEq(vault.creditOf(provider.addr), left);
    }

    function testFuzz_penalise_takesTheLessOfLockAndPenalty(uint256 lock, uint256 penalty) public {
        lock = bound(lock, 0, STAKE);
        penalty = bound(penalty, 0, 2 * uint256(STAKE));
        _arrange(lock, 0);
        vm.prank(address(market));
        (uint96 taken,) = stake.penalise(provider.addr, uint96(lock), uint96(penalty));
        assertEq(taken, lock < penalty ? lock : penalty);
        assertEq(stake.freeStakeOf(provider.addr), STAKE - taken);
        (uint256 toBurn, uint256 toInsurance) = stake.slashedNotFlushed();
        assertEq(toBurn + toInsurance, taken);
    }

    function _arrange(uint256 locked, uint256 unbonding) private {
        vm.prank(address(market));
        stake.lock(provider.addr, uint96(locked));
        if (unbonding == 0) return;
        vm.prank(provider.addr);
        stake.requestUnbonding(uint96(unbonding));
    }
}
