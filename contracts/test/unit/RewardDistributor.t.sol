// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFeeRouter} from "../../src/interfaces/IFeeRouter.sol";
import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {World} from "../World.sol";

contract RewardDistributorTest is World {
    uint16 private constant K = 5_000;
    uint32 private constant ROOT_DELAY = 2 days;

    IFeeRouter private _router;
    IRewardDistributor private _rewards;
    address private _publisher;
    address private _ada;
    address private _bob;
    uint64 private _first;

    function setUp() public override {
        super.setUp();
        _publisher = makeAddr("publisher");
        _ada = makeAddr("ada");
        _bob = makeAddr("bob");
        _router = IFeeRouter(
            deploy(
                "FeeRouter.sol:FeeRouter",
                abi.encode(
                    vault,
                    governor.addr,
                    address(0x0a),
                    insurance,
                    treasury,
                    1 days,
                    IFeeRouter.Split(5_000, 2_000, 3_000)
                )
            )
        );
        _addModule(address(_router));
        _rewards = IRewardDistributor(_deployRewards(K));
        _addModule(address(_rewards));
        _first = _router.currentEpoch();
        vm.expectEmit(address(_rewards));
        emit IRewardDistributor.RewardsFunded(consumer.addr, 300e6);
        vm.prank(consumer.addr);
        _rewards.fund(300e6);
    }

    function test_constructor_refusesAPartOfFeesThatCouldPayWashing() public {
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.ShareOutOfRange.selector, 9_001, 0, 9_000));
        _deployRewards(9_001);
    }

    function test_publish_refusesAnyoneButThePublisher() public {
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.NotPublisher.selector, address(this), _publisher));
        _rewards.publish(_first, "root", 0);
    }

    function test_publish_refusesAnEpochThatIsNotOverOrWasPublished() public {
        vm.prank(_publisher);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.WrongEpoch.selector, _first, _first - 1, _first - 1));
        _rewards.publish(_first, "root", 0);
        vm.prank(_publisher);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardDistributor.WrongEpoch.selector, _first - 2, _first - 1, _first - 1)
        );
        _rewards.publish(_first - 2, "root", 0);
    }

    function test_publish_takesNoMoreThan64EpochsAtATime() public {
        skip(100 days);
        vm.prank(_publisher);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardDistributor.WrongEpoch.selector, _first + 63, _first - 1, _first + 62)
        );
        _rewards.publish(_first + 63, "root", 0);
        vm.prank(_publisher);
        _rewards.publish(_first + 62, "root", 0);
        assertEq(_rewards.lastEpoch(), _first + 62);
    }

    function test_publish_refusesMoreThanItsPartOfTheFees() public {
        _fees(100e6);
        vm.prank(_publisher);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.TotalOutOfRange.selector, 50e6 + 1, 0, 50e6));
        _rewards.publish(_first, "root", 50e6 + 1);
    }

    function test_publish_refusesMoreThanWasFunded() public {
        _fundCredit(consumer.addr, 1_000e6);
        _fees(700e6);
        vm.prank(_publisher);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.TotalOutOfRange.selector, 350e6, 0, 300e6));
        _rewards.publish(_first, "root", 350e6);
    }

    function test_publish_refusesATotalThatFalls() public {
        _publishBoth(30e6, 20e6);
        skip(ROOT_DELAY);
        vm.prank(_publisher);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.TotalOutOfRange.selector, 49e6, 50e6, 50e6));
        _rewards.publish(_first + 1, "root", 49e6);
    }

    function test_publish_refusesWhileAnotherRootWaits() public {
        _publishBoth(30e6, 20e6);
        skip(1 days);
        vm.prank(_publisher);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardDistributor.RootPending.selector, _first, _now() + ROOT_DELAY - 1 days)
        );
        _rewards.publish(_first + 1, "root", 50e6);
    }

    function test_claim_refusesBeforeTheRootsTime() public {
        _publishBoth(30e6, 20e6);
        skip(ROOT_DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.WrongProof.selector, _ada, 30e6));
        _rewards.claim(_ada, 30e6, 60e6, _proof(_leaf(_bob, 20e6, 40e6)));
    }

    function test_claim_refusesAVetoedRoot() public {
        _publishBoth(30e6, 20e6);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.NotGovernor.selector, address(this), governor.addr));
        _rewards.veto();
        vm.prank(governor.addr);
        _rewards.veto();
        skip(ROOT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.WrongProof.selector, _ada, 30e6));
        _rewards.claim(_ada, 30e6, 60e6, _proof(_leaf(_bob, 20e6, 40e6)));
        assertEq(_rewards.lastEpoch(), _first - 2, "its epochs can be published again");
    }

    function test_veto_refusesARootThatIsClaimable() public {
        _publishBoth(30e6, 20e6);
        skip(ROOT_DELAY);
        vm.expectRevert(IRewardDistributor.NothingPending.selector);
        vm.prank(governor.addr);
        _rewards.veto();
    }

    function test_claim_refusesAnInnerNodeAsALeaf() public {
        _publishBoth(30e6, 20e6);
        skip(ROOT_DELAY);
        (bytes32 root,) = _rewards.currentRoot();
        assertNotEq(root, 0);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.WrongProof.selector, _ada, 31e6));
        _rewards.claim(_ada, 31e6, 62e6, _proof(_leaf(_bob, 20e6, 40e6)));
    }

    function test_claim_refusesALeafAboveItsPartOfItsFees() public {
        _fees(100e6);
        _publish(_first, _leaf(_ada, 30e6, 59_999_999), _leaf(_bob, 20e6, 40e6), 50e6);
        skip(ROOT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.AboveFees.selector, 30e6, 29_999_999));
        _rewards.claim(_ada, 30e6, 59_999_999, _proof(_leaf(_bob, 20e6, 40e6)));
    }

    function test_claim_refusesWhatGoesAboveTheRootsTotal() public {
        _fees(100e6);
        _publish(_first, _leaf(_ada, 40e6, 80e6), _leaf(_bob, 20e6, 40e6), 50e6);
        skip(ROOT_DELAY);
        _rewards.claim(_ada, 40e6, 80e6, _proof(_leaf(_bob, 20e6, 40e6)));
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.TotalExceeded.selector, 60e6, 50e6));
        _rewards.claim(_bob, 20e6, 40e6, _proof(_leaf(_ada, 40e6, 80e6)));
    }

    function test_claim_paysOnceAndThenTheDifference() public {
        _publishBoth(30e6, 20e6);
        skip(ROOT_DELAY);
        _rewards.claim(_ada, 30e6, 60e6, _proof(_leaf(_bob, 20e6, 40e6)));
        assertEq(vault.creditOf(_ada), 30e6);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.NothingToClaim.selector, _ada));
        _rewards.claim(_ada, 30e6, 60e6, _proof(_leaf(_bob, 20e6, 40e6)));

        uint64 epoch = _router.currentEpoch();
        _fees(20e6);
        _publish(epoch, _leaf(_ada, 35e6, 70e6), _leaf(_bob, 25e6, 50e6), 60e6);
        skip(ROOT_DELAY);
        _rewards.claim(_ada, 35e6, 70e6, _proof(_leaf(_bob, 25e6, 50e6)));
        _rewards.claim(_bob, 25e6, 50e6, _proof(_leaf(_ada, 35e6, 70e6)));
        assertEq(vault.creditOf(_ada), 35e6);
        assertEq(vault.creditOf(_bob), 25e6, "what was not claimed in time is still there");
        assertEq(_rewards.totalClaimed(), 60e6);
    }

    function test_fund_refusesNothing() public {
        vm.expectRevert(IRewardDistributor.ZeroAmount.selector);
        _rewards.fund(0);
    }

    function test_setPublisher_refusesAnyoneButTheGovernorAndNobody() public {
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.NotGovernor.selector, address(this), governor.addr));
        _rewards.setPublisher(address(this));
        vm.expectRevert(IRewardDistributor.ZeroAddress.selector);
        vm.prank(governor.addr);
        _rewards.setPublisher(address(0));
    }

    /// @dev Whatever the publisher writes, and to whomever all of it goes.
    function testFuzz_washOrders_earnLessThanTheyCost(uint96 paid, uint96 total) public {
        uint256 fees = bound(paid, 1, 600e6);
        _fees(fees);
        uint256 most = _max(fees);
        total = uint96(bound(total, 0, most));
        _publish(_first, _leaf(_ada, total, fees), _leaf(_bob, 0, 0), total);
        skip(ROOT_DELAY);
        if (total > 0) _rewards.claim(_ada, total, fees, _proof(_leaf(_bob, 0, 0)));
        assertLe(vault.creditOf(_ada), fees / 2);
        assertLt(vault.creditOf(_ada), fees);
    }

    function _max(uint256 fees) private pure returns (uint256) {
        uint256 part = fees * K / 10_000;
        return part < 300e6 ? part : 300e6;
    }

    /// @dev Fees of this epoch, and the next one begun.
    function _fees(uint256 amount) private {
        vm.startPrank(address(market));
        vault.takeCredit(consumer.addr, amount);
        vault.giveCredit(address(_router), amount);
        vm.stopPrank();
        _router.route();
        skip(1 days);
    }

    function _publishBoth(uint256 adas, uint256 bobs) private {
        _fees(100e6);
        _publish(_first, _leaf(_ada, adas, 2 * adas), _leaf(_bob, bobs, 2 * bobs), adas + bobs);
    }

    function _publish(uint64 epoch, bytes32 one, bytes32 other, uint256 total) private {
        bytes32 root = one < other ? keccak256(abi.encode(one, other)) : keccak256(abi.encode(other, one));
        vm.prank(_publisher);
        _rewards.publish(epoch, root, total);
    }

    function _leaf(address account, uint256 amount, uint256 fees) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, amount, fees))));
    }

    function _proof(bytes32 sibling) private pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = sibling;
    }

    function _deployRewards(uint16 k) private returns (address) {
        return deploy(
            "RewardDistributor.sol:RewardDistributor",
            abi.encode(vault, governor.addr, _router, _publisher, k, ROOT_DELAY)
        );
    }
}
