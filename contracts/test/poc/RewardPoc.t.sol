// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFeeRouter} from "../../src/interfaces/IFeeRouter.sol";
import {IInsurancePool} from "../../src/interfaces/IInsurancePool.sol";
import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {World} from "../World.sol";

interface IRewardPerJob {
    function fund(uint256 amount) external;
    function runJob(uint256 fee) external;
    function balanceOf(address who) external view returns (uint256);
}

interface IMultiplePayout {
    function fill(uint256 amount) external;
    function buy(uint256 premium) external;
    function pay(address consumer) external;
    function paid(address who) external view returns (uint256);
}

interface ISingleHashTree {
    function claim(bytes32 account, uint256 amount, bytes32[] calldata proof) external;
    function paid(bytes32 account) external view returns (uint256);
}

/// @title Mistakes of others about rewards and cover
contract RewardPocTest is World {
    uint96 private constant WASHED = 100e6;

    IFeeRouter private _router;
    IRewardDistributor private _rewards;

    function setUp() public override {
        super.setUp();
        IFeeRouter.Split memory split = IFeeRouter.Split(5_000, 2_000, 3_000);
        _router = IFeeRouter(
            deploy(
                "FeeRouter.sol:FeeRouter",
                abi.encode(vault, governor.addr, address(0x0a), insurance, treasury, 1 days, split)
            )
        );
        _rewards = IRewardDistributor(
            deploy(
                "RewardDistributor.sol:RewardDistributor",
                abi.encode(vault, governor.addr, _router, governor.addr, 9_000, 1 days)
            )
        );
        _addModule(address(_router));
        _addModule(address(_rewards));
    }

    /// @dev GOALS: paying for self-declared work; wash orders.
    function test_poc_washOrdersThatEarnRewards() public {
        IRewardPerJob mistaken = IRewardPerJob(deploy("RewardPerJob.sol:RewardPerJob", ""));
        mistaken.fund(100);
        for (uint256 i = 0; i < 100; ++i) {
            mistaken.runJob(1); // consumer and provider are one
        }
        assertEq(mistaken.balanceOf(address(this)), 500, "exploited: five for each one paid");

        _fundCredit(stranger.addr, 1_000e6);
        vm.prank(stranger.addr);
        _rewards.fund(1_000e6);
        uint64 epoch = _router.currentEpoch();
        _payFees(WASHED);
        skip(1 days);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.TotalOutOfRange.selector, WASHED, 0, WASHED * 9 / 10));
        vm.prank(governor.addr);
        _rewards.publish(epoch, "a friend's root", WASHED);
        // All of the greatest reward there can be for it, to the washer alone, is less than he paid.
        _publishAndClaim(epoch, consumer.addr, WASHED * 9 / 10, WASHED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - WASHED / 10);
    }

    /// @dev Leaves that can be taken for inner nodes.
    function test_poc_innerNodeClaimedAsALeaf() public {
        bytes32 left = keccak256(abi.encode(bytes32("ada"), 1));
        bytes32 right = keccak256(abi.encode(bytes32("bob"), 1));
        if (uint256(left) > uint256(right)) (left, right) = (right, left);
        ISingleHashTree mistaken = ISingleHashTree(
            deploy("SingleHashTree.sol:SingleHashTree", abi.encode(keccak256(abi.encode(left, right))))
        );
        mistaken.claim(left, uint256(right), new bytes32[](0));
        assertEq(mistaken.paid(left), uint256(right), "exploited: an amount nobody earned");

        _fundCredit(stranger.addr, 1_000e6);
        vm.prank(stranger.addr);
        _rewards.fund(1_000e6);
        uint64 epoch = _router.currentEpoch();
        _payFees(WASHED);
        skip(1 days);
        // The same tree: a root over two such nodes, which is the single hash of its two words.
        vm.prank(governor.addr);
        _rewards.publish(epoch, keccak256(abi.encode(left, right)), 10e6);
        skip(1 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRewardDistributor.WrongProof.selector, address(uint160(uint256(left))), uint256(right)
            )
        );
        _rewards.claim(address(uint160(uint256(left))), uint256(right), 0, new bytes32[](0));
    }

    /// @dev Cover as a way to be paid for one's own fraud.
    function test_poc_coverThatPaysForOnesOwnFault() public {
        IMultiplePayout mistaken = IMultiplePayout(deploy("MultiplePayout.sol:MultiplePayout", ""));
        mistaken.fill(1_000e6);
        vm.prank(consumer.addr);
        mistaken.buy(100e6);
        mistaken.pay(consumer.addr); // his own device failed him, as arranged
        assertEq(mistaken.paid(consumer.addr), 500e6, "exploited: out of everybody's pot");

        address made = deploy(
            "InsurancePool.sol:InsurancePool",
            abi.encode(vault, stake, governor.addr, market, address(0), settlement, 30 days)
        );
        vm.etch(insurance, made.code);
        _addModule(insurance);
        IInsurancePool pool = IInsurancePool(insurance);
        uint256 before = vault.creditOf(consumer.addr) + STAKE;
        vm.prank(consumer.addr);
        pool.buy(7, 100e6, 500e6);
        vm.startPrank(address(settlement));
        (,,, uint96 contributed) = stake.slash(provider.addr, 0, STAKE, consumer.addr, STAKE);
        pool.noteFault(7, consumer.addr, contributed);
        vm.stopPrank();
        pool.pay(7, consumer.addr);
        assertLe(vault.creditOf(consumer.addr), before - STAKE / 4, "he lost more than all of it brought");
    }

    function _payFees(uint256 amount) private {
        vm.startPrank(address(market));
        vault.takeCredit(consumer.addr, amount);
        vault.giveCredit(address(_router), amount);
        vm.stopPrank();
        _router.route();
    }

    function _publishAndClaim(uint64 epoch, address who, uint256 amount, uint256 fees) private {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(who, amount, fees))));
        vm.prank(governor.addr);
        _rewards.publish(epoch, leaf, amount);
        skip(1 days);
        _rewards.claim(who, amount, fees, new bytes32[](0));
    }
}
