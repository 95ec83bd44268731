// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStakeManager, World} from "../World.sol";

contract DelegationTest is World {
    address private _ada;
    address private _bob;

    function setUp() public override {
        super.setUp();
        _ada = makeAddr("ada");
        _bob = makeAddr("bob");
        _fundCredit(_ada, 1_000e6);
        _fundCredit(_bob, 1_000e6);
    }

    function test_delegate_refusesZero() public {
        vm.expectRevert(IStakeManager.ZeroAmount.selector);
        stake.delegate(provider.addr, 0);
    }

    function test_delegate_refusesOnesOwnBond() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.SelfDelegation.selector, provider.addr));
        vm.prank(provider.addr);
        stake.delegate(provider.addr, 1);
    }

    function test_delegate_refusesMoreThanFourTimesTheProvidersOwn() public {
        _delegate(_ada, 400e6);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeManager.DelegationTooLarge.selector, provider.addr, 400e6 + 1, 400e6)
        );
        vm.prank(_bob);
        stake.delegate(provider.addr, 1);
    }

    function test_delegate_refusesAProviderWithoutAStakeOfHisOwn() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.DelegationTooLarge.selector, stranger.addr, 1, 0));
        vm.prank(_ada);
        stake.delegate(stranger.addr, 1);
    }

    function test_undelegate_refusesZeroAndMoreThanOneHas() public {
        uint128 shares = _delegate(_ada, 10e6);
        vm.startPrank(_ada);
        vm.expectRevert(IStakeManager.ZeroAmount.selector);
        stake.undelegate(provider.addr, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeManager.SharesTooFew.selector, provider.addr, _ada, shares, shares + 1)
        );
        stake.undelegate(provider.addr, shares + 1);
        vm.stopPrank();
    }

    function test_withdrawUndelegated_refusesWithoutRequestAndBeforeItsTime() public {
        uint128 shares = _delegate(_ada, 10e6);
        vm.startPrank(_ada);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NothingUnbonding.selector, _ada));
        stake.withdrawUndelegated(provider.addr);
        stake.undelegate(provider.addr, shares);
        (,,, uint40 availableAt) = stake.delegationOf(provider.addr, _ada);
        assertGe(availableAt, _now() + 3 days);
        vm.warp(availableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.StillUnbonding.selector, availableAt - 1, availableAt));
        stake.withdrawUndelegated(provider.addr);
        vm.stopPrank();
    }

    function test_rewardDelegators_refusesWhereNobodyDelegated() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NoDelegators.selector, provider.addr));
        vm.prank(_ada);
        stake.rewardDelegators(provider.addr, 1);
    }

    function test_announceCommission_refusesMoreThanTheBound() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.RateOutOfRange.selector, 3_001, 3_000));
        stake.announceCommission(3_001);
    }

    function test_delegate_raisesTheBondThatJobsMayLock() public {
        _delegate(_ada, 300e6);
        assertBacking(STAKE, 300e6, 0, 400e6);
        vm.prank(address(market));
        stake.lock(provider.addr, 400e6);
        assertEq(stake.freeStakeOf(provider.addr), 0);
    }

    function test_bond_countsDelegatedStakeOnlyUpToFourTimesTheProvidersOwn() public {
        _delegate(_ada, 400e6);
        vm.prank(provider.addr);
        stake.requestUnbonding(60e6);
        assertBacking(40e6, 400e6, 0, 200e6);
    }

    function test_requestUnbonding_refusesTheCoverOfLocksWithDelegatorsToo() public {
        _delegate(_ada, 400e6);
        _lock(450e6);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, 50e6, 11e6));
        vm.prank(provider.addr);
        stake.requestUnbonding(11e6);
        vm.prank(provider.addr);
        stake.requestUnbonding(10e6);
        assertBacking(90e6, 400e6, 0, 450e6);
    }

    function test_delegatorsLeaveThoughAllIsLockedAndNewLocksWait() public {
        uint128 shares = _delegate(_ada, 300e6);
        _lock(400e6);
        vm.prank(_ada);
        assertEq(stake.undelegate(provider.addr, shares), 300e6);
        assertBacking(STAKE, 0, 300e6, STAKE);
        assertEq(stake.freeStakeOf(provider.addr), 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, 0, 1));
        _lock(1);
        vm.prank(address(settlement));
        stake.unlock(provider.addr, 400e6);
        _lock(100e6);
        skip(4 days);
        vm.prank(_ada);
        assertEq(stake.withdrawUndelegated(provider.addr), 300e6);
        assertEq(vault.creditOf(_ada), 1_000e6);
    }

    function test_rewardDelegators_raisesWhatSharesAreWorthLessTheCommission() public {
        vm.prank(provider.addr);
        stake.announceCommission(2_000);
        _delegate(_ada, 30e6);
        _delegate(_bob, 10e6);
        skip(3 days);
        _fundCredit(stranger.addr, 10e6);
        vm.prank(stranger.addr);
        stake.rewardDelegators(provider.addr, 10e6);
        assertEq(vault.creditOf(provider.addr), 2e6);
        (, uint96 adas,,) = stake.delegationOf(provider.addr, _ada);
        (, uint96 bobs,,) = stake.delegationOf(provider.addr, _bob);
        assertApproxEqAbs(adas, 36e6, 1);
        assertApproxEqAbs(bobs, 12e6, 1);
    }

    function test_announceCommission_takesEffectLate() public {
        vm.prank(provider.addr);
        stake.announceCommission(1_000);
        assertCommission(0);
        skip(3 days - 1);
        assertCommission(0);
        skip(1);
        assertCommission(1_000);
        vm.prank(provider.addr);
        stake.announceCommission(3_000);
        assertCommission(1_000);
    }

    function test_slash_takesOwnStakeFirst() public {
        _delegate(_ada, 300e6);
        _slash(80e6, 0);
        assertBacking(20e6, 300e6, 0, 100e6);
    }

    function test_slash_takesUnbondingOwnStakeBeforeAnyDelegators() public {
        _delegate(_ada, 100e6);
        vm.prank(provider.addr);
        stake.requestUnbonding(50e6);
        skip(10 days);
        _slash(100e6, 0);
        assertBacking(0, 100e6, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NothingUnbonding.selector, provider.addr));
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
    }

    function test_slash_takesFromDelegatorsInProportionLeavingOrNot() public {
        uint128 shares = _delegate(_ada, 100e6);
        _delegate(_bob, 300e6);
        vm.prank(_ada);
        stake.undelegate(provider.addr, shares);
        skip(10 days); // matured, and not withdrawn
        _slash(200e6, 0);
        assertBacking(0, 225e6, 75e6, 0);
        vm.prank(_ada);
        assertEq(stake.withdrawUndelegated(provider.addr), 75e6);
        (, uint96 bobs,,) = stake.delegationOf(provider.addr, _bob);
        assertEq(bobs, 225e6);
    }

    function test_slash_burnsAllThatDelegatorsLose() public {
        _delegate(_ada, 300e6);
        vm.prank(address(settlement));
        (uint96 taken, uint96 compensation, uint96 burned, uint96 rest) =
            stake.slash(provider.addr, 0, 300e6, consumer.addr, 500e6);
        assertEq(taken, 300e6);
        assertEq(compensation, 50e6, "half of the provider's own");
        assertEq(rest, 25e6, "a quarter of it");
        assertEq(burned, 25e6 + 200e6);
    }

    function test_delegationOf_saysWhatIsLeaving() public {
        uint128 shares = _delegate(_ada, 300e6);
        vm.prank(_ada);
        stake.undelegate(provider.addr, shares / 3);
        (, uint96 worth, uint96 leaving,) = stake.delegationOf(provider.addr, _ada);
        assertEq(worth, 200e6);
        assertEq(leaving, 100e6);
    }

    /// @dev Of a reward only the commission is the provider's, and what he has at stake stays what it was.
    function test_rewardDelegators_leavesTheProvidersOwnStakeAlone() public {
        _delegate(_ada, 300e6);
        (uint96 before,,,) = stake.stakeOf(provider.addr);
        vm.prank(_bob);
        stake.rewardDelegators(provider.addr, 30e6);
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        assertEq(staked, before);
        (, uint96 worth,,) = stake.delegationOf(provider.addr, _ada);
        assertEq(worth, 330e6 - 1, "rounded down");
    }

    function test_slash_ofEverythingStartsANewGeneration() public {
        uint128 shares = _delegate(_ada, 300e6);
        vm.prank(_ada);
        stake.undelegate(provider.addr, shares / 3);
        _slash(400e6, 0);
        assertBacking(0, 0, 0, 0);
        (uint128 left, uint96 worth, uint96 leaving,) = stake.delegationOf(provider.addr, _ada);
        assertEq(uint256(left) + worth + leaving, 0);
        _addProvider(provider.addr, 10e6);
        _delegate(_bob, 40e6);
        (, worth,,) = stake.delegationOf(provider.addr, _bob);
        assertEq(worth, 40e6);
        (, worth,,) = stake.delegationOf(provider.addr, _ada);
        assertEq(worth, 0);
    }

    function test_slashForChallenger_paysNoMoreThanItsCaps() public {
        vm.prank(address(settlement));
        (,, uint96 burned, uint96 rest, uint96 reward) =
            stake.slashForChallenger(provider.addr, 0, 20e6, consumer.addr, 4e6, _ada, 50e6);
        assertEq(reward, CHALLENGER_REWARD_MAX);
        assertEq(burned, 8e6);
        assertEq(rest, 8e6 - CHALLENGER_REWARD_MAX);
        assertEq(vault.creditOf(_ada), 1_000e6 + CHALLENGER_REWARD_MAX);
        vm.prank(address(settlement));
        (,,,, reward) = stake.slashForChallenger(provider.addr, 0, 400, consumer.addr, 0, _ada, 50e6);
        assertEq(reward, 100, "a quarter of what was taken");
    }

    function test_slashForChallenger_refusesAnyoneButASettlement() public {
        vm.expectRevert(
            abi.encodeWithSelector(IStakeManager.NotSettlement.selector, address(this), address(settlement))
        );
        stake.slashForChallenger(provider.addr, 0, 1, address(this), 1, address(this), 1);
    }

    function test_standingBond_isOneAndAHalfTimesThePriceOverTheChanceOfBeingCaught() public view {
        assertEq(stake.standingBond(10e6, 1_000, 9_000), 166_666_667); // 1.5 × 10 / (0.1 × 0.9)
        assertEq(stake.standingBond(10e6, 10_000, 10_000), 15e6);
        assertEq(stake.jobPriceMaxOf(provider.addr, 1_000, 9_000), 6e6); // 100 × 0.09 / 1.5
    }

    function test_standingBond_refusesRatesThatAreNone() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.RateOutOfRange.selector, 0, 10_000));
        stake.standingBond(10e6, 0, 9_000);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.RateOutOfRange.selector, 10_001, 10_000));
        stake.jobPriceMaxOf(provider.addr, 1_000, 10_001);
    }

    function test_flushSlashed_refusesWhereNothingWaits() public {
        vm.expectRevert(IStakeManager.ZeroAmount.selector);
        stake.flushSlashed();
    }

    function _delegate(address who, uint96 amount) private returns (uint128) {
        vm.prank(who);
        return stake.delegate(provider.addr, amount);
    }

    function _lock(uint96 amount) private {
        vm.prank(address(market));
        stake.lock(provider.addr, amount);
    }

    function _slash(uint96 amount, uint96 compensationMax) private {
        vm.prank(address(settlement));
        stake.slash(provider.addr, 0, amount, consumer.addr, compensationMax);
    }

    function assertCommission(uint256 want) private view {
        (uint16 bps,,) = stake.commissionOf(provider.addr);
        assertEq(bps, want);
    }

    function assertBacking(uint96 self, uint96 delegated, uint96 leaving, uint96 bond) private view {
        (uint96 gotSelf, uint96 gotDelegated, uint96 gotLeaving, uint96 gotBond) = stake.backingOf(provider.addr);
        assertEq(gotSelf, self, "own");
        assertEq(gotDelegated, delegated, "delegated");
        assertEq(gotLeaving, leaving, "leaving");
        assertEq(gotBond, bond, "bond");
    }
}
