// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {ITestDollar, Payment, World} from "../World.sol";

interface IEscapingStake {
    function stake(uint256 amount) external;
    function requestUnbonding(uint256 amount) external;
    function withdraw() external;
    function slash(address who, uint256 amount) external returns (uint256 taken);
}

interface ICorruptQueue {
    function request(uint256 amount) external;
    function slash(uint256 amount) external;
    function withdraw() external returns (uint256 amount);
}

interface IPayingSlasher {
    function stake(uint256 amount) external;
    function slash(address who) external;
    function paid(address who) external view returns (uint256);
}

interface IInflatablePool {
    function deposit(uint256 amount) external;
    function withdraw() external;
    function sharesOf(address who) external view returns (uint256);
}

interface IRoundingUpPool {
    function fill(address holder, uint256 amount, uint256 made) external;
    function withdraw(uint256 count) external;
    function paid(address who) external view returns (uint256);
}

interface IDrainableDelegation {
    function stake(uint256 amount) external;
    function delegate(uint256 amount) external;
    function slash(uint256 amount, address victim, uint256 compensationMax) external;
    function own() external view returns (uint256);
    function paid(address who) external view returns (uint256);
}

interface IStickyDeviceKey {
    function rotate(bytes32 platformId, address key) external;
    function works(bytes32 platformId, address key) external view returns (bool);
}

interface IUnboundMessage {
    function stake(address provider, uint256 amount, bytes calldata signature) external;
    function staked(address provider) external view returns (uint256);
}

/// @title Mistakes of others about stake and devices: each exploited in its smallest form, then tried on ours
contract StakePocTest is World {
    address private _ada;
    address private _bob;

    function setUp() public override {
        super.setUp();
        _ada = makeAddr("ada");
        _bob = makeAddr("bob");
        _fundCredit(_ada, 500e6);
        _fundCredit(_bob, 500e6);
    }

    /// @dev GOALS: unbonding that escapes a slash (matured but not withdrawn counts as stake).
    function test_poc_unbondingThatEscapesASlash() public {
        IEscapingStake mistaken = IEscapingStake(deploy("EscapingStake.sol:EscapingStake", abi.encode(dollar)));
        dollar.faucet(_ada, 100e6);
        vm.startPrank(_ada);
        dollar.approve(address(mistaken), 100e6);
        mistaken.stake(100e6);
        mistaken.requestUnbonding(100e6); // before his fraud is seen
        vm.stopPrank();
        skip(3 days);
        assertEq(mistaken.slash(_ada, 100e6), 0);
        vm.prank(_ada);
        mistaken.withdraw();
        assertEq(dollar.balanceOf(_ada), 100e6, "exploited: nothing lost");

        vm.prank(provider.addr);
        stake.requestUnbonding(STAKE);
        skip(30 days); // matured long ago, and not withdrawn
        vm.prank(address(settlement));
        (uint96 taken,,,) = stake.slash(provider.addr, 0, STAKE, consumer.addr, 0);
        assertEq(taken, STAKE);
    }

    /// @dev GOALS: a slash that corrupts the withdrawal queue.
    function test_poc_aSlashThatCorruptsTheWithdrawalQueue() public {
        ICorruptQueue mistaken = ICorruptQueue(deploy("CorruptQueue.sol:CorruptQueue", ""));
        vm.prank(_ada);
        mistaken.request(50e6);
        vm.prank(_bob);
        mistaken.request(50e6);
        mistaken.slash(50e6);
        vm.prank(_ada);
        assertEq(mistaken.withdraw(), 50e6, "the first gets all of his");
        vm.expectRevert();
        vm.prank(_bob);
        mistaken.withdraw(); // exploited: the last gets nothing, for ever

        uint128 adas = _delegate(_ada, 50e6);
        uint128 bobs = _delegate(_bob, 50e6);
        vm.prank(_ada);
        stake.undelegate(provider.addr, adas);
        vm.prank(_bob);
        stake.undelegate(provider.addr, bobs);
        vm.prank(address(settlement));
        stake.slash(provider.addr, 0, STAKE + 50e6, consumer.addr, 0);
        skip(10 days);
        vm.prank(_ada);
        assertEq(stake.withdrawUndelegated(provider.addr), 25e6);
        vm.prank(_bob);
        assertEq(stake.withdrawUndelegated(provider.addr), 25e6);
    }

    /// @dev GOALS: slashed money paid to the caller.
    function test_poc_slashedMoneyPaidToTheCaller() public {
        IPayingSlasher mistaken = IPayingSlasher(deploy("PayingSlasher.sol:PayingSlasher", ""));
        vm.prank(provider.addr);
        mistaken.stake(100e6);
        vm.prank(stranger.addr); // the provider's second account, first in the block
        mistaken.slash(provider.addr);
        assertEq(mistaken.paid(stranger.addr), 10e6, "exploited");

        uint256 before = vault.creditOf(address(settlement)) + vault.creditOf(tx.origin);
        vm.prank(address(settlement), stranger.addr);
        stake.slash(provider.addr, 0, STAKE, consumer.addr, 3e6);
        assertEq(vault.creditOf(stranger.addr), 0);
        assertEq(vault.creditOf(address(settlement)) + vault.creditOf(tx.origin), before);
        // Where a challenger is rewarded, it is he whom the settlement has on record, and no more than the cap.
        vm.prank(provider.addr);
        vm.expectRevert();
        stake.slashForChallenger(provider.addr, 0, 1, provider.addr, 1, provider.addr, 1);
    }

    /// @dev GOALS: self-dealing, delegator-draining.
    function test_poc_delegatorsDrainedByTheirProvider() public {
        IDrainableDelegation mistaken = IDrainableDelegation(deploy("DrainableDelegation.sol:DrainableDelegation", ""));
        mistaken.stake(1e6);
        mistaken.delegate(99e6);
        mistaken.slash(50e6, stranger.addr, 50e6); // a fraud on an order of his own
        assertEq(mistaken.paid(stranger.addr), 50e6, "exploited: he lost half a dollar and got fifty");
        assertEq(mistaken.own(), 500_000);

        _delegate(_ada, 400e6);
        vm.prank(address(settlement));
        stake.slashForChallenger(provider.addr, 0, 300e6, stranger.addr, 300e6, stranger.addr, 300e6);
        assertLe(vault.creditOf(stranger.addr), STAKE * 3 / 4, "of his own stake, all of which he lost");
    }

    /// @dev First depositor inflates a share's price.
    function test_poc_firstDepositorInflatesTheShare() public {
        IInflatablePool mistaken = IInflatablePool(deploy("InflatablePool.sol:InflatablePool", abi.encode(dollar)));
        dollar.faucet(_ada, 100e6 + 1);
        dollar.faucet(_bob, 100e6);
        vm.startPrank(_ada);
        dollar.approve(address(mistaken), 1);
        mistaken.deposit(1);
        dollar.transfer(address(mistaken), 100e6);
        vm.stopPrank();
        vm.startPrank(_bob);
        dollar.approve(address(mistaken), 100e6);
        mistaken.deposit(100e6);
        vm.stopPrank();
        assertEq(mistaken.sharesOf(_bob), 0);
        vm.prank(_ada);
        mistaken.withdraw();
        assertEq(dollar.balanceOf(_ada), 200e6 + 1, "exploited: all of the second's money");

        _delegate(_ada, 1);
        vm.prank(_ada);
        stake.rewardDelegators(provider.addr, 100e6);
        _delegate(_bob, 100e6);
        (, uint96 adas,,) = stake.delegationOf(provider.addr, _ada);
        (, uint96 bobs,,) = stake.delegationOf(provider.addr, _bob);
        assertLt(adas, 51e6, "half of the attacker's gift is gone");
        assertGt(bobs, 99e6);
    }

    /// @dev GOALS: rounding on every permissionless settle.
    function test_poc_roundingForWhoCanCallAgain() public {
        IRoundingUpPool mistaken = IRoundingUpPool(deploy("RoundingUpPool.sol:RoundingUpPool", ""));
        mistaken.fill(_ada, 10, 100);
        mistaken.fill(_bob, 10, 100);
        vm.startPrank(_ada);
        for (uint256 i = 0; i < 20; ++i) {
            mistaken.withdraw(1); // a tenth of a token's worth, a token each time
        }
        vm.stopPrank();
        assertEq(mistaken.paid(_ada), 20, "exploited: also the other's");

        uint128 shares = _delegate(_ada, 10);
        _delegate(_bob, 10);
        vm.startPrank(_ada);
        vm.expectRevert();
        stake.undelegate(provider.addr, shares / 100); // worth a tenth of a unit
        for (uint256 i = 0; i < 10; ++i) {
            stake.undelegate(provider.addr, shares / 10);
        }
        vm.stopPrank();
        (,, uint96 leaving,) = stake.delegationOf(provider.addr, _ada);
        (, uint96 bobs,,) = stake.delegationOf(provider.addr, _bob);
        assertLe(leaving, 10);
        assertGe(bobs, 10);
    }

    /// @dev GOALS: key rotation that leaves the old key valid.
    function test_poc_keyRotationThatLeavesTheOldKeyValid() public {
        IStickyDeviceKey mistaken = IStickyDeviceKey(deploy("StickyDeviceKey.sol:StickyDeviceKey", ""));
        mistaken.rotate("chip", device.addr);
        mistaken.rotate("chip", stranger.addr);
        assertTrue(mistaken.works("chip", device.addr), "exploited: the stolen key still signs");

        Account memory next = account("next key");
        _addDevice(provider.addr, next);
        vm.startPrank(provider.addr);
        devices.claimPlatform(device.addr, "chip");
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.PlatformTaken.selector, bytes32("chip"), device.addr));
        devices.claimPlatform(next.addr, "chip"); // not while the old one works
        devices.deactivate(device.addr);
        devices.claimPlatform(next.addr, "chip");
        vm.stopPrank();
        (,, bool active,) = devices.recordOf(device.addr);
        assertFalse(active);
        (address only,) = devices.deviceOnPlatform("chip");
        assertEq(only, next.addr);
    }

    /// @dev GOALS: signatures without chain id and contract.
    function test_poc_signaturesWithoutChainIdAndContract() public {
        bytes memory signed = signature(consumer.key, keccak256(abi.encode(consumer.addr, 30e6)));
        for (uint256 i = 0; i < 2; ++i) {
            IUnboundMessage mistaken = IUnboundMessage(deploy("UnboundMessage.sol:UnboundMessage", ""));
            mistaken.stake(consumer.addr, 30e6, signed);
            assertEq(mistaken.staked(consumer.addr), 30e6, "exploited: once for every deployment");
        }

        Payment memory payment = _stakeDeposit(consumer, 30e6, 4);
        stake.stakeWithAuthorization(consumer.addr, 30e6, 4, payment);
        vm.expectRevert();
        stake.stakeWithAuthorization(consumer.addr, 30e6, 4, payment);
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, consumer.addr));
        vault.depositWithAuthorization(consumer.addr, 30e6, 4, payment); // another contract's message
        vm.chainId(5);
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, consumer.addr));
        stake.stakeWithAuthorization(consumer.addr, 30e6, 4, payment); // another chain's
    }

    function _delegate(address who, uint96 amount) private returns (uint128) {
        vm.prank(who);
        return stake.delegate(provider.addr, amount);
    }
}
