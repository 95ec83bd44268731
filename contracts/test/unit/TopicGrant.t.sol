// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, Payment} from "../../src/interfaces/AssayTypes.sol";
import {JobOutcome} from "../../src/interfaces/ICallbackRouter.sol";
import {MerkleTree} from "../MerkleTree.sol";
import {World} from "../World.sol";

/// @title What tests call of src/examples/TopicGrant
interface ITopicGrant {
    error NotSteward(address got, address want);
    error NotRouter(address got, address want);
    error WrongConsumer(address got, address want);
    error UnknownApplication(uint64 jobId);
    error NoResultYet(uint64 jobId);
    error AlreadyDecided(uint64 jobId);
    error WrongLeaf(uint256 got, uint256 want);
    error NotUnderRoot(bytes32 root);
    error WrongTopicLength(uint256 got);

    function endow(uint256 amount) external;
    function apply_(Order calldata order, address author) external returns (uint64 jobId);
    function onAssayResult(uint64, bytes32, JobOutcome calldata, bytes32, bytes32) external;
    function decide(uint64 jobId, bytes calldata leaf, uint256 size, bytes32[] calldata path) external;
    function scoreOf(bytes calldata leaf) external view returns (int256);
}

/// @title Takes every order of which it is the market; nothing is paid here
contract OrderTaker {
    uint256 public funded;

    function hashOrder(Order calldata order) external pure returns (bytes32) {
        return keccak256(abi.encode(order));
    }

    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64) {
        return uint64(uint256(keccak256(abi.encode(orderHash, uint256(attempt)))));
    }

    function fund(Order calldata order, Payment calldata) external returns (uint64 jobId) {
        require(msg.sender == order.consumer, "the consumer calls");
        funded += 1;
        return uint64(uint256(keccak256(abi.encode(keccak256(abi.encode(order)), uint256(1)))));
    }
}

contract TopicGrantTest is World {
    uint256 private constant GRANT = 25e6;
    int256 private constant THRESHOLD = 3 * 127 * (1 << 40) / 4; // a cosine of 0.75

    ITopicGrant private fund;
    OrderTaker private taker;
    address private router;
    address private author;

    function setUp() public override {
        super.setUp();
        taker = new OrderTaker();
        router = makeAddr("router");
        author = makeAddr("author");
        fund = ITopicGrant(
            deploy(
                "TopicGrant.sol:TopicGrant",
                abi.encode(vault, taker, router, GRANT, THRESHOLD, bytes(hex"007f0081")) // 0, 127, 0, -127
            )
        );
        dollar.faucet(address(this), 100e6);
        dollar.approve(address(fund), 100e6);
        fund.endow(100e6);
    }

    function test_constructor_refusesNoTopic() public {
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.WrongTopicLength.selector, 0));
        deploy("TopicGrant.sol:TopicGrant", abi.encode(vault, taker, router, GRANT, THRESHOLD, bytes("")));
    }

    function test_endow_isTheFundsCredit() public view {
        assertEq(vault.creditOf(address(fund)), 100e6);
    }

    function test_apply_refusesStrangersAndForeignOrders() public {
        Order memory order = _ofFund();
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.NotSteward.selector, stranger.addr, address(this)));
        vm.prank(stranger.addr);
        fund.apply_(order, author);
        order.callback = stranger.addr;
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.WrongConsumer.selector, stranger.addr, address(fund)));
        fund.apply_(order, author);
        order.consumer = stranger.addr;
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.WrongConsumer.selector, stranger.addr, address(fund)));
        fund.apply_(order, author);
    }

    function test_onAssayResult_refusesAnyoneButTheRouterAndUnknownJobs() public {
        uint64 jobId = fund.apply_(_ofFund(), author);
        JobOutcome memory outcome = JobOutcome(OK, PRICE, "", 0);
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.NotRouter.selector, address(this), router));
        fund.onAssayResult(jobId, "", outcome, "", "root");
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.UnknownApplication.selector, 99));
        vm.prank(router);
        fund.onAssayResult(99, "", outcome, "", "root");
    }

    function test_decide_paysATextOnTopic() public {
        (uint64 jobId, bytes memory leaf, bytes32[] memory path) = _arrived(0x3f800000, 0xbf000000); // 1, -1/2
        assertEq(fund.scoreOf(leaf), int256(1 << 40) * 127 * 3 / 2);
        vm.prank(stranger.addr);
        fund.decide(jobId, leaf, 3, path);
        assertEq(dollar.balanceOf(author), GRANT);
        assertEq(vault.creditOf(address(fund)), 100e6 - GRANT);
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.AlreadyDecided.selector, jobId));
        fund.decide(jobId, leaf, 3, path);
    }

    function test_decide_doesNotPayATextOffTopic() public {
        (uint64 jobId, bytes memory leaf, bytes32[] memory path) = _arrived(0x3e800000, 0x3f000000); // 1/4, 1/2
        fund.decide(jobId, leaf, 3, path);
        assertEq(dollar.balanceOf(author), 0);
        assertEq(vault.creditOf(address(fund)), 100e6);
    }

    function test_decide_refusesALeafThatIsNotTheResults() public {
        (uint64 jobId, bytes memory leaf, bytes32[] memory path) = _arrived(0x3e800000, 0x3f000000);
        leaf[8] = 0x3f;
        vm.expectPartialRevert(ITopicGrant.NotUnderRoot.selector);
        fund.decide(jobId, leaf, 3, path);
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.WrongLeaf.selector, 19, 20));
        fund.scoreOf(new bytes(19));
    }

    function test_decide_refusesBeforeTheResult() public {
        uint64 jobId = fund.apply_(_ofFund(), author);
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.NoResultYet.selector, jobId));
        fund.decide(jobId, "", 1, new bytes32[](0));
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.UnknownApplication.selector, 99));
        fund.decide(99, "", 1, new bytes32[](0));
    }

    function test_aRefundedJobDecidesNothing() public {
        uint64 jobId = fund.apply_(_ofFund(), author);
        vm.prank(router);
        fund.onAssayResult(jobId, "", JobOutcome(FAILED, 0, "", 0), "", "");
        vm.expectRevert(abi.encodeWithSelector(ITopicGrant.AlreadyDecided.selector, jobId));
        fund.decide(jobId, "", 1, new bytes32[](0));
    }

    /// @dev The result of three units; unit 0's embedding has these in its second and fourth place.
    function _arrived(uint32 second, uint32 fourth)
        private
        returns (uint64 jobId, bytes memory leaf, bytes32[] memory path)
    {
        jobId = fund.apply_(_ofFund(), author);
        leaf = abi.encodePacked(uint32(0), uint32(0x3f800000), second, uint32(0), fourth);
        bytes32[] memory leaves = new bytes32[](3);
        leaves[0] = keccak256(abi.encodePacked(bytes1(0), leaf));
        leaves[1] = keccak256("one");
        leaves[2] = keccak256("two");
        path = MerkleTree.path(leaves, 0);
        vm.prank(router);
        fund.onAssayResult(jobId, "", JobOutcome(OK, PRICE, "", 0), "", MerkleTree.root(leaves));
    }

    function _ofFund() private returns (Order memory order) {
        order = _order();
        order.consumer = address(fund);
        order.callback = address(fund);
        order.callbackGas = 200_000;
    }
}
