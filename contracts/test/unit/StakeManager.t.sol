// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStakeManager} from "../../src/interfaces/IStakeManager.sol";
import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {IStakeManager, Payment, StakeDeposit, World} from "../World.sol";

contract StakeManagerTest is World {
    bytes32 private constant STAKE_DEPOSIT_TYPEHASH =
        keccak256("StakeDeposit(address provider,uint96 amount,uint64 salt)");
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function test_constructor_refusesZeroAddress() public {
        vm.expectRevert(IStakeManager.ZeroAddress.selector);
        deploy(
            "StakeManager.sol:StakeManager",
            abi.encode(address(1), address(2), address(3), address(0), 1, address(4), 0, new address[](0))
        );
    }

    function test_stake_refusesZero() public {
        vm.expectRevert(IStakeManager.ZeroAmount.selector);
        stake.stake(0);
    }

    function test_stake_refusesMoreThanTheCredit() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.CreditTooSmall.selector, stranger.addr, 0, 1));
        vm.prank(stranger.addr);
        stake.stake(1);
    }

    function test_stake_refusesMoreThan96Bits() public {
        uint256 sum = uint256(type(uint96).max) + STAKE;
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.StakeTooLarge.selector, sum, type(uint96).max));
        vm.prank(provider.addr);
        stake.stake(type(uint96).max);
    }

    function test_lock_refusesAnyoneButTheMarket() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarket.selector, address(settlement), address(market)));
        vm.prank(address(settlement));
        stake.lock(provider.addr, 1);
    }

    function test_unlock_refusesStrangers() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarketOrSettlement.selector, address(this)));
        stake.unlock(provider.addr, 1);
    }

    function test_penalise_refusesAnyoneButTheMarket() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarket.selector, address(this), address(market)));
        stake.penalise(provider.addr, 1, 1);
    }

    function test_slash_refusesAnyoneButSettlement() public {
        vm.expectRevert(
            abi.encodeWithSelector(IStakeManager.NotSettlement.selector, address(market), address(settlement))
        );
        vm.prank(address(market));
        stake.slash(provider.addr, 0, 1, consumer.addr, 0);
    }

    function test_lock_refusesMoreThanFree() public {
        _lock(60e6);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, 40e6, 40e6 + 1));
        vm.prank(address(market));
        stake.lock(provider.addr, 40e6 + 1);
    }

    function test_lock_refusesUnbondingStake() public {
        _requestUnbonding(70e6);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, 30e6, 31e6));
        vm.prank(address(market));
        stake.lock(provider.addr, 31e6);
    }

    function test_unlock_refusesMoreThanLocked() public {
        _lock(5);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.LockTooSmall.selector, provider.addr, 5, 6));
        vm.prank(address(settlement));
        stake.unlock(provider.addr, 6);
    }

    function test_requestUnbonding_refusesZero() public {
        vm.expectRevert(IStakeManager.ZeroAmount.selector);
        vm.prank(provider.addr);
        stake.requestUnbonding(0);
    }

    function test_requestUnbonding_refusesLockedStake() public {
        _lock(60e6);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, 40e6, 41e6));
        vm.prank(provider.addr);
        stake.requestUnbonding(41e6);
    }

    function test_cancelUnbonding_refusesWithoutRequest() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NothingUnbonding.selector, provider.addr));
        vm.prank(provider.addr);
        stake.cancelUnbonding();
    }

    function test_withdrawUnbonded_refusesWithoutRequest() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NothingUnbonding.selector, provider.addr));
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
    }

    function test_withdrawUnbonded_refusesBeforeTheDelay() public {
        _requestUnbonding(10e6);
        (,,, uint40 availableAt) = stake.stakeOf(provider.addr);
        assertGe(availableAt, START + 3 days);
        assertLt(availableAt, START + 4 days);
        vm.warp(availableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.StillUnbonding.selector, availableAt - 1, availableAt));
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
    }

    function test_stakeWithAuthorization_stakesFromTheWallet() public {
        bytes32 structHash = keccak256(abi.encode(STAKE_DEPOSIT_TYPEHASH, StakeDeposit(consumer.addr, 30e6, 4)));
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Assay"), keccak256("1"), block.chainid, address(stake)));
        bytes32 nonce = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        Payment memory payment = _authorisation(consumer, 30e6, nonce);
        stake.stakeWithAuthorization(consumer.addr, 30e6, 4, payment);
        assertStake(30e6, 0, 0, consumer.addr);
        assertEq(vault.ledgerOf(address(stake)), STAKE + 30e6);
    }

    function test_withdrawUnbonded_givesCredit() public {
        _requestUnbonding(10e6);
        skip(4 days);
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
        assertEq(vault.creditOf(provider.addr), 10e6);
        assertStake(90e6, 0, 0, provider.addr);
    }

    function test_cancelUnbonding_freesItAgain() public {
        _requestUnbonding(10e6);
        vm.prank(provider.addr);
        stake.cancelUnbonding();
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
    }

    function test_penalise_givesNothingToTheConsumerAndBurnsHalf() public {
        _lock(5e6);
        vm.prank(address(market));
        (uint96 taken,) = stake.penalise(provider.addr, 5e6, 1_000_001);
        assertEq(taken, 1_000_001);
        assertSlashed(500_001, 500_000);
        assertStake(STAKE - 1_000_001, 0, 0, provider.addr);
    }

    function test_penalise_takesNoMoreThanTheLock() public {
        _lock(5e6);
        vm.prank(address(market));
        (uint96 taken,) = stake.penalise(provider.addr, 5e6, 50e6);
        assertEq(taken, 5e6);
    }

    function test_slash_sparesTheLocksOfOtherJobs() public {
        _lock(5e6);
        _lock(60e6);
        vm.prank(address(settlement));
        (uint96 taken,,,) = stake.slash(provider.addr, 5e6, 90e6, consumer.addr, 3e6);
        assertEq(taken, 40e6, "its lock and the free stake");
        assertStake(60e6, 60e6, 0, provider.addr);
    }

    function test_slash_followsTheWaterfall() public {
        vm.expectEmit(address(stake));
        emit IStakeManager.StakeLocked(provider.addr, 5e6, 5e6);
        _lock(5e6);
        vm.expectEmit(address(stake));
        emit IStakeManager.StakeSlashed(provider.addr, 20e6 + 1, 3e6, 8_500_001, 8_500_000, STAKE - 20e6 - 1);
        vm.prank(address(settlement));
        (uint96 taken, uint96 compensation, uint96 burned, uint96 rest) =
            stake.slash(provider.addr, 5e6, 20e6 + 1, consumer.addr, 3e6);
        assertEq(taken, 20e6 + 1);
        assertEq(compensation, 3e6);
        assertEq(burned, 8_500_001);
        assertEq(rest, 8_500_000);
        assertEq(vault.creditOf(consumer.addr), 1_003e6);
        assertSlashed(8_500_001, 8_500_000);
    }

    function test_slash_reachesMaturedUnbondingStake() public {
        _lock(5e6);
        _requestUnbonding(95e6);
        skip(4 days);
        vm.prank(address(settlement));
        (uint96 taken,,,) = stake.slash(provider.addr, 5e6, 20e6, consumer.addr, 0);
        assertEq(taken, 20e6);
        assertStake(80e6, 0, 80e6, provider.addr);
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
        assertEq(vault.creditOf(provider.addr), 80e6, "what the slash left of the request");
        assertStake(0, 0, 0, provider.addr);
    }

    function test_slash_takesFreeStakeBeforeUnbonding() public {
        _lock(5e6);
        _requestUnbonding(50e6);
        vm.prank(address(settlement));
        stake.slash(provider.addr, 5e6, 50e6, consumer.addr, 0);
        assertStake(50e6, 0, 50e6, provider.addr);
    }

    function test_slash_ofEverythingEndsTheUnbonding() public {
        _requestUnbonding(STAKE);
        vm.prank(address(settlement));
        stake.slash(provider.addr, 0, STAKE, consumer.addr, 0);
        assertStake(0, 0, 0, provider.addr);
        _fundCredit(provider.addr, 1e6);
        vm.startPrank(provider.addr);
        stake.stake(1e6);
        stake.requestUnbonding(1e6);
        vm.stopPrank();
    }

    function _lock(uint96 amount) private {
        vm.prank(address(market));
        stake.lock(provider.addr, amount);
    }

    function _requestUnbonding(uint96 amount) private {
        vm.prank(provider.addr);
        stake.requestUnbonding(amount);
    }

    function assertSlashed(uint256 burned, uint256 rest) private {
        stake.flushSlashed();
        assertEq(vault.burned(), burned, "burned");
        assertEq(vault.creditOf(insurance), rest, "insurance");
    }

    function assertStake(uint96 staked, uint96 locked, uint96 unbonding, address who) private view {
        (uint96 gotStaked, uint96 gotLocked, uint96 gotUnbonding,) = stake.stakeOf(who);
        assertEq(gotStaked, staked, "staked");
        assertEq(gotLocked, locked, "locked");
        assertEq(gotUnbonding, unbonding, "unbonding");
    }
}
